#include <algorithm>
#include <chrono>
#include <iterator>

#include "hub/plugin/remote.hpp"
#include "hub/plugin/rows_frame.hpp"

namespace homeroom::plugin {
namespace {

using std::chrono::steady_clock;

class RemoteReader : public BatchReader, HeldThere {
 public:
  RemoteReader(Remote& remote, const ReadRequest& what)
      : HeldThere(remote, {what.stream}), what_(what), begun_(steady_clock::now()) {
    Pack question;
    pack(question, what);
    open(Kind::read, question);
    remote_.swap_spare(frame_);
  }
  ~RemoteReader() override {
    close(Kind::end_read);
    remote_.swap_spare(frame_);
  }

  std::optional<Arrival> next() override {
    if (at_end_) return std::nullopt;
    expect_alive();
    if (steady_clock::now() - begun_ > remote_.style().read) {
      remote_.end();
      remote_.broken(asking_,
                     "it did not come to an end within the time of a read and its process "
                     "was ended");
    }
    auto head = call(Kind::next, handle(), most_rows_frame(what_));
    remote_.swap_frame(frame_);  // the rows stay until the next call of this reader
    gather();
    return remote_.taken(asking_, [&]() -> std::optional<Arrival> {
      if (head.kind == Kind::rows) return unpack_rows(frame_.data(), head.size, what_);
      Unpack answer({frame_.data(), head.size});
      take_end(answer);
      return std::nullopt;
    });
  }

  const End& end() const override { return end_; }

  std::vector<Aside> take_asides() override {
    gather();
    return std::exchange(asides_, {});
  }

 private:
  void gather() { std::ranges::move(remote_.take_asides(), std::back_inserter(asides_)); }

  void take_end(Unpack& answer) {
    end_ = unpack_end(answer);
    answer.finish();
    at_end_ = true;
  }

  ReadRequest what_;
  steady_clock::time_point begun_;
  FrameBytes frame_;
  std::vector<Aside> asides_;
  bool at_end_ = false;
  End end_;
};

}  // namespace

std::unique_ptr<BatchReader> read_there(Remote& remote, const ReadRequest& what) {
  if (what.max_rows == 0 || what.max_rows > HR_MAX_ROWS || what.max_bytes > HR_MAX_BYTES)
    throw Error(Next::fail, "a read was asked for with bounds outside the contract");
  return std::make_unique<RemoteReader>(remote, what);
}

}  // namespace homeroom::plugin
