// Remote: an instance in a runner. A runner that ends takes its open readers and writers along; the
// next question starts another, a few times.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hub/plugin/lent_http.hpp"
#include "hub/plugin/messages.hpp"
#include "hub/plugin/runner.hpp"

namespace homeroom::plugin {

/// Who asks: for messages, and for verdicts on shares.
struct Asking {
  std::string stream;  ///< empty: no stream
  Runner::Told verdict = {};
};

class Remote : public Instance {
 public:
  Remote(const Found& plugin, const CheckedSettings& settings, const Surroundings& around,
         const RunnerStyle& style, world::File library);
  ~Remote() override;
  bool offers(std::string_view contract) const override;
  std::vector<StreamInfo> discover() override;
  void check() override;
  std::string version(const std::string& stream) override;
  bool stands(const std::string& stream, const std::string& version) override;
  Delivers takes() override;
  std::unique_ptr<BatchReader> read(const ReadRequest& what) override;
  std::unique_ptr<Writer> begin(const Delivery& what, Answer answer) override;

  /// Asks, and hands what was answered to `take`, which must leave nothing of it unread.
  template <class Take>
  std::invoke_result_t<Take, Unpack&> ask(Kind kind, const Pack& question, const Asking& asking,
                                          Take take) {
    auto head = call(kind, question, most_frame_bytes, asking);
    return taken(asking, [&] {
      Unpack answer({runner_->bytes(), head.size});
      auto made = take(answer);
      answer.finish();
      return made;
    });
  }
  /// The answer as it stands; throws what the plugin answered, and Broken.
  FrameHead call(Kind kind, const Pack& question, uint32_t most, const Asking& asking);
  /// Takes the answer's memory and gives other memory for the next one.
  void swap_frame(FrameBytes& other) { runner_->swap_bytes(other); }
  /// Memory that one reader leaves to the next.
  void swap_spare(FrameBytes& other) { std::swap(spare_, other); }
  /// What a frame is turned into; a frame that cannot be ends the runner.
  template <class Work>
  std::invoke_result_t<Work> taken(const Asking& asking, Work work) {
    try {
      return work();
    } catch (const Error& lie) {
      end();
      broken(asking, std::string("its process sent what makes no sense (") + lie.what() +
                         ") and was ended");
    }
  }
  [[noreturn]] void broken(const Asking& asking, const std::string& why) const;
  void end() {
    if (runner_) runner_->end();
  }
  /// Counts the processes: a reader or writer belongs to one.
  uint32_t life() const { return starts_; }
  bool is_running() const { return runner_ && runner_->is_running(); }
  const RunnerStyle& style() const { return style_; }

  std::vector<Aside> take_asides() {
    aside_bytes_ = 0;
    return std::exchange(asides_, {});
  }

 private:
  std::string opening(const CheckedSettings& settings) const;
  void confine_runner();
  void restart();
  /// `now` is the hub's time, by which all that happens there goes; nothing where it does not
  /// matter.
  FrameHead ask_runner(Kind kind, std::string_view now, std::string_view question, uint32_t most,
                       const Asking& asking);
  void hear(Kind kind, std::string_view frame, const Asking& asking);
  void lend_http(Kind kind, std::string_view frame, const Asking& asking);
  void keep(Aside aside);

  Found found_;
  world::File library_;
  world::ScratchFolder scratch_;
  Surroundings around_;
  RunnerStyle style_;
  std::vector<Opening> openings_;
  LentHttp http_;
  std::string opening_;
  std::unique_ptr<Runner> runner_;
  FrameBytes spare_;
  uint32_t starts_ = 0;
  std::vector<Aside> asides_;
  std::size_t aside_bytes_ = 0;
};

/// A reader or writer that the runner holds under a number, as long as its process lives.
class HeldThere {
 public:
  HeldThere(const HeldThere&) = delete;
  HeldThere& operator=(const HeldThere&) = delete;

 protected:
  HeldThere(Remote& remote, Asking asking) : remote_(remote), asking_(std::move(asking)) {}
  ~HeldThere() = default;

  void open(Kind kind, const Pack& question);
  /// Its number, with which each question about it begins.
  Pack handle() const { return Pack().number(number_); }
  void expect_alive() const;
  FrameHead call(Kind kind, const Pack& question, uint32_t most = most_frame_bytes);
  /// For destructors: what became of it was told before, and nobody waits for it any more.
  void close(Kind kind) noexcept;

  Remote& remote_;
  Asking asking_;

 private:
  bool is_alive() const { return remote_.is_running() && remote_.life() == life_; }
  uint32_t number_ = 0;
  uint32_t life_ = 0;
};

std::unique_ptr<BatchReader> read_there(Remote& remote, const ReadRequest& what);
std::unique_ptr<Writer> write_there(Remote& remote, const Delivery& what, Answer answer);

}  // namespace homeroom::plugin
