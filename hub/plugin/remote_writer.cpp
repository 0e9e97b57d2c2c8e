#include <exception>

#include "hub/plugin/remote.hpp"
#include "hub/plugin/waiting_keys.hpp"

namespace homeroom::plugin {
namespace {

class RemoteWriter : public Writer, HeldThere {
 public:
  RemoteWriter(Remote& remote, const Delivery& what, Answer answer)
      : HeldThere(remote, {}), answer_(std::move(answer)) {
    asking_.verdict = [this](Kind, std::string_view frame) { take(frame); };
    Pack question;
    pack(question, what);
    open(Kind::begin, question);
  }
  ~RemoteWriter() override { close(Kind::end_write); }

  void put(std::span<const Share> shares) override {
    for (const auto& share : shares) keys_.add(share.key);
    Pack question = handle();
    pack(question, shares);
    call(Kind::put, question);
    rethrow();
  }

  void finish() override {
    std::exception_ptr ended;
    try {
      call(Kind::finish, handle());
    } catch (...) {
      ended = std::current_exception();
    }
    keys_.each_waiting([this](std::string_view key) { answer_(key, Verdict::not_now, ""); });
    rethrow();
    if (ended) std::rethrow_exception(ended);
  }

 private:
  // An answer for a share that does not wait for one is a lie; what the hub throws over an answer
  // is kept until the plugin is done.
  void take(std::string_view frame) {
    Unpack told(frame);
    do take_verdict(told);
    while (!told.rest().empty());
  }
  void take_verdict(Unpack& told) {
    auto verdict = told.number<int32_t>();
    auto key = told.text();
    auto why = told.text();
    if (verdict < HR_TAKEN || verdict > HR_NOT_NOW || !keys_.take(key))
      refuse_frame("it answered for a share that does not wait for an answer");
    if (trouble_) return;
    try {
      answer_(key, static_cast<Verdict>(verdict), clean(why));
    } catch (...) {
      trouble_ = std::current_exception();
    }
  }
  void rethrow() {
    if (trouble_) std::rethrow_exception(trouble_);
  }

  Answer answer_;
  WaitingKeys keys_;
  std::exception_ptr trouble_;
};

}  // namespace

std::unique_ptr<Writer> write_there(Remote& remote, const Delivery& what, Answer answer) {
  return std::make_unique<RemoteWriter>(remote, what, std::move(answer));
}

}  // namespace homeroom::plugin
