#include <exception>

#include "hub/plugin/edge.hpp"
#include "hub/plugin/in_process.hpp"
#include "hub/plugin/waiting_keys.hpp"

namespace homeroom::plugin {
namespace {

hr_share flat_share(const Share& share) {
  hr_share made{};
  made.size = sizeof made;
  made.key = to_c(share.key);
  made.id = to_c(share.id);
  made.sequence = share.sequence;
  made.operation = static_cast<int32_t>(share.operation);
  made.digest = to_c(share.digest);
  made.body = to_c(share.body);
  made.replaced_by = to_c(share.replaced_by);
  made.unchanged = share.unchanged;
  return made;
}

class InProcessWriter : public Writer {
 public:
  InProcessWriter(const InProcess& instance, const hr_sink& sink, void* self, const Delivery& what,
                  Answer answer)
      : instance_(instance), answer_(std::move(answer)) {
    hr_delivery delivery{};
    delivery.size = sizeof delivery;
    delivery.destination = to_c(what.destination);
    delivery.mode = static_cast<int32_t>(what.mode);
    delivery.number = what.number;
    delivery.shares = what.shares;
    delivery.ctx = this;
    delivery.answer = [](void* ctx, hr_text key, int32_t verdict, hr_text why) noexcept {
      static_cast<InProcessWriter*>(ctx)->take(view_of(key), verdict, view_of(why));
    };
    writer_.size = sizeof writer_;
    hr_error error{};
    throw_if(sink.begin(self, &delivery, &writer_, &error), error);
    if (!writer_.put || !writer_.finish || !writer_.release)
      throw Error(Next::fail, "the plugin opened a writer that cannot write");
  }

  ~InProcessWriter() override {
    if (writer_.release) writer_.release(writer_.self);
  }

  void put(std::span<const Share> shares) override {
    instance_.look();
    std::vector<hr_share> flat;
    flat.reserve(shares.size());
    for (const auto& share : shares) {
      flat.push_back(flat_share(share));
      keys_.add(share.key);
    }
    hr_error error{};
    int32_t code = writer_.put(writer_.self, flat.data(), flat.size(), &error);
    rethrow();
    throw_if(code, error);
  }

  void finish() override {
    hr_error error{};
    int32_t code = writer_.finish(writer_.self, &error);
    keys_.each_waiting([this](std::string_view key) { answer_(key, Verdict::not_now, ""); });
    rethrow();
    throw_if(code, error);
  }

 private:
  // An answer for a share that was not put, or a second one, is the plugin's bug.
  void take(std::string_view key, int32_t verdict, std::string_view why) noexcept {
    if (trouble_) return;
    try {
      if (verdict < HR_TAKEN || verdict > HR_NOT_NOW || !keys_.take(key))
        throw Error(Next::fail, "the plugin answered for a share that does not wait for an answer");
      answer_(key, static_cast<Verdict>(verdict), why);
    } catch (...) {
      trouble_ = std::current_exception();
    }
  }

  void rethrow() {
    if (trouble_) std::rethrow_exception(trouble_);
  }

  const InProcess& instance_;
  Answer answer_;
  hr_writer writer_{};
  WaitingKeys keys_;
  std::exception_ptr trouble_;
};

}  // namespace

std::unique_ptr<Writer> start_writing(const InProcess& instance, const hr_sink& sink, void* self,
                                      const Delivery& what, Answer answer) {
  return std::make_unique<InProcessWriter>(instance, sink, self, what, std::move(answer));
}

}  // namespace homeroom::plugin
