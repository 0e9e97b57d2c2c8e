// webhook: the sink's table over the sender.
#include <memory>
#include <optional>

#include <curl/curl.h>

#include "homeroom/entry.hpp"
#include "plugins/webhook/sender.hpp"
#include "plugins/webhook/signature.hpp"

namespace homeroom::webhook {
namespace {

using entry::guarded;

constexpr long most_rows = 10'000;
constexpr long most_seconds = 600;

long between(const entry::Settings& all, const std::string& key, long fallback, long most) {
  long number = all.number(key, fallback);
  if (number < 1 || number > most)
    throw Error(Next::fix_settings,
                "setting '" + key + "' must lie between 1 and " + std::to_string(most));
  return number;
}

class Instance {
 public:
  Instance(const hr_host* host, const entry::Settings& all) : host_(host) {
    style_.is_bulk = all.text("mode", "single") == "bulk";
    style_.batch_rows =
        style_.is_bulk ? static_cast<size_t>(between(all, "batch_rows", 100, most_rows)) : 1;
    style_.key = signing_key(all.needed("signing_key"));
    http_style_ = {all.needed("url"), all.text("ca_file"),
                   between(all, "timeout_s", 30, most_seconds)};
    check_url(http_style_.url, all.flag("allow_http"));
  }

  std::unique_ptr<Sender> begin(const hr_delivery& what) {
    auto answer = [ctx = what.ctx, tell = what.answer](std::string_view key, const Ruling& ruling) {
      tell(ctx, entry::text_of(key), ruling.verdict, entry::text_of(ruling.why));
    };
    return std::make_unique<Sender>(
        http(), style_, [this] { return host_.now_ms(); }, answer);
  }

  void check() {
    Reply reply = http().connect();
    if (reply.was_stopped) throw Error(Next::stop, "stopped while connecting");
    if (reply.trouble.empty()) return;
    throw Error(reply.is_our_mistake ? Next::fix_settings : Next::retry,
                "cannot reach the destination: " + reply.trouble);
  }

 private:
  // The connection is made when it is first needed and kept for the deliveries that follow.
  Http& http() {
    if (!http_) http_.emplace(http_style_, [this] { return host_.stopping(); });
    return *http_;
  }

  entry::Host host_;
  SendStyle style_;
  HttpStyle http_style_;
  std::optional<Http> http_;
};

int32_t open_instance(const hr_host* host, const hr_setting* settings, size_t count, void** self,
                      hr_error* err) {
  return guarded(err, [&] { *self = new Instance(host, entry::Settings(settings, count)); });
}

int32_t begin(void* self, const hr_delivery* what, hr_writer* out, hr_error* err) {
  return guarded(err, [&] {
    out->self = static_cast<Instance*>(self)->begin(*what).release();
    out->put = [](void* writer, const hr_share* shares, size_t count, hr_error* error) {
      return guarded(error, [&] {
        for (size_t i = 0; i < count; ++i) static_cast<Sender*>(writer)->put(shares[i]);
      });
    };
    out->finish = [](void* writer, hr_error* error) {
      return guarded(error, [&] { static_cast<Sender*>(writer)->finish(); });
    };
    out->release = [](void* writer) { delete static_cast<Sender*>(writer); };
  });
}

const void* contract(const char* id) {
  static const hr_sink sink = {sizeof sink, [](void*) -> int32_t { return HR_DELTA; }, begin};
  static const hr_check check = {sizeof check, [](void* self, hr_error* err) {
                                   return guarded(err,
                                                  [&] { static_cast<Instance*>(self)->check(); });
                                 }};
  if (std::strcmp(id, HR_SINK) == 0) return &sink;
  if (std::strcmp(id, HR_CHECK) == 0) return &check;
  return nullptr;
}

const hr_plugin table = {sizeof table,  HR_ABI,
                         "webhook",     "0.1.0",
                         open_instance, [](void* self) { delete static_cast<Instance*>(self); },
                         contract};

}  // namespace
}  // namespace homeroom::webhook

extern "C" __attribute__((visibility("default"))) const hr_plugin* homeroom_plugin(
    uint32_t hub_abi) {
  return hub_abi >> 16 == HR_ABI_MAJOR ? &homeroom::webhook::table : nullptr;
}
