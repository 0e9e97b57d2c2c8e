// webhook: a sink over the sender.
#include <memory>

#include "homeroom/sdk.hpp"
#include "plugins/webhook/sender.hpp"
#include "plugins/webhook/signature.hpp"

namespace homeroom::webhook {
namespace {

constexpr int64_t most_rows = 10'000;
constexpr int64_t most_seconds = 600;

int64_t between(const Settings& settings, const char* key, int64_t otherwise, int64_t most) {
  int64_t number = settings.integer_or(key, otherwise);
  if (number < 1 || number > most)
    throw Error(Next::fix_settings, std::string("setting '") + key + "' must lie between 1 and " +
                                        std::to_string(most));
  return number;
}

SendStyle send_style(const Settings& settings) {
  bool is_bulk = settings.text_or("mode", "single") == "bulk";
  auto rows = static_cast<size_t>(between(settings, "batch_rows", 100, most_rows));
  return {signing_key(settings.text("signing_key")), is_bulk, is_bulk ? rows : 1};
}

class Webhook : public Sink {
 public:
  Webhook(const Host& host, const Settings& settings)
      : host_(host),
        style_(send_style(settings)),
        http_(host, settings.text("url"),
              static_cast<uint32_t>(between(settings, "timeout_s", 30, most_seconds))) {}

  Takes takes() override { return Takes::delta; }

  std::unique_ptr<Writer> begin(const Delivery& what) override {
    return std::make_unique<Sender>(
        http_, style_, [this] { return host_.now_ms(); }, what.answer);
  }

  void check() override {
    Reply reply = http_.look();
    if (reply.was_stopped) throw Error(Next::stop, "stopped while connecting");
    if (reply.trouble.empty()) return;
    throw Error(reply.is_our_mistake ? Next::fix_settings : Next::retry,
                "cannot reach the destination: " + reply.trouble);
  }

 private:
  Host host_;
  SendStyle style_;
  Http http_;
};

}  // namespace
}  // namespace homeroom::webhook

HOMEROOM_SINK(homeroom::webhook::Webhook, "webhook", "0.1.0")
