#include "hub/plugin/http_service.hpp"

#include <algorithm>
#include <charconv>

#include "homeroom/edge.hpp"
#include "homeroom/error.hpp"
#include "hub/plugin/edge.hpp"
#include "hub/plugin/http_messages.hpp"
#include "hub/world/cassette.hpp"

namespace homeroom::plugin {
namespace {

constexpr std::string_view of_setting = "setting:";
constexpr uint32_t usual_deadline_s = 120;
constexpr uint32_t longest_deadline_s = 24 * 3600;
constexpr uint64_t usual_whole = uint64_t{64} << 20;
constexpr uint64_t largest_whole = uint64_t{1} << 30;  // it lies in the hub's memory
constexpr uint64_t usual_pieces = uint64_t{4} << 30;

const CheckedSetting* find(const CheckedSettings& settings, std::string_view key) {
  auto found = std::ranges::find(settings, key, &CheckedSetting::key);
  return found == settings.end() ? nullptr : &*found;
}

/// Adds the host of that setting's URL, where it is given. Said now and not when it is first spoken
/// to: a URL that is none, or one without TLS that does not lead inside.
void add_host_of_setting(world::HttpRules& rules, const CheckedSettings& settings,
                         std::string_view name) {
  const auto* setting = find(settings, name);
  if (!setting) return;
  try {
    auto origin = world::origin_of(std::string(setting->value.reveal()));
    rules.hosts.push_back(origin.host);
    world::check_allowed(origin, rules);
  } catch (const Error& error) {
    throw Error(error.next, "setting '" + std::string(name) + "': " + error.what());
  }
}

/// A reply that a plugin holds, with its headers as the contract spells them.
struct Held {
  explicit Held(std::unique_ptr<world::HttpReply> from) : reply(std::move(from)) {
    for (const auto& header : reply->headers)
      headers.push_back({to_c(header.name), to_c(header.value)});
  }
  std::unique_ptr<world::HttpReply> reply;
  std::vector<hr_http_header> headers;
};

int32_t next_piece(void* self, hr_text* piece, hr_error* err) noexcept {
  return edge::guarded(err, [&] { *piece = to_c(static_cast<Held*>(self)->reply->next()); });
}

void release(void* self) noexcept {
  delete static_cast<Held*>(self);
}

}  // namespace

world::HttpRules http_rules(const Manifest& manifest, const CheckedSettings& settings) {
  world::HttpRules rules;
  for (const auto& setting : settings)
    if (setting.key.starts_with("network.internal."))
      rules.internal.emplace_back(setting.value.reveal());
  for (const auto& named : manifest.permissions.hosts) {
    if (named.starts_with(of_setting))
      add_host_of_setting(rules, settings, std::string_view(named).substr(of_setting.size()));
    else
      rules.hosts.push_back(named);
  }
  if (const auto* file = find(settings, "network.ca_file")) rules.ca_file = file->value.reveal();
  if (const auto* pace = find(settings, "network.per_second")) {
    auto text = pace->value.reveal();
    std::from_chars(text.data(), text.data() + text.size(), rules.per_second);
    if (!(rules.per_second > 0))
      throw Error(Next::fix_settings, "network: per_second must be more than 0");
  }
  return rules;
}

HttpService::HttpService(const Manifest& manifest, const CheckedSettings& settings,
                         const Surroundings& around)
    : table_{sizeof(hr_http), this, &HttpService::send},
      rules_(http_rules(manifest, settings)),
      around_(around) {
  rules_.paces = around.paces;
  for (const auto& setting : settings) {
    if (setting.key == "network.play") play_ = setting.value.reveal();
    if (setting.key == "network.record") record_ = setting.value.reveal();
    if (setting.key.starts_with("network.keep.")) keep_.emplace_back(setting.value.reveal());
  }
  for (const auto& rule : manifest.settings)
    if (const auto* setting = rule.secret ? find(settings, rule.name) : nullptr)
      secrets_.emplace(rule.name, world::Secret(std::string(setting->value.reveal())));
}

std::unique_ptr<world::Wire> HttpService::wire() const {
  if (!play_.empty()) {
    around_.log.warn("answers come from a cassette (network: play), not from a server");
    return world::play_cassette(play_);
  }
  auto wire = world::make_wire(rules_, around_.cancel);
  if (record_.empty()) return wire;
  return world::record_cassette(std::move(wire), record_, keep_);
}

world::Http& HttpService::http() {
  if (!http_)
    http_ = std::make_unique<world::Http>(
        rules_, world::Http::Parts{around_.clock, around_.cancel, wire(), {}});
  return *http_;
}

world::SignIn HttpService::sign_in_of(const hr_http_auth& auth) const {
  if (auth.kind < HR_AUTH_NONE || auth.kind > HR_AUTH_OAUTH1)
    throw Error(Next::fail, "a request's hr_http_auth makes no sense");
  world::SignIn in;
  in.kind = static_cast<world::SignIn::Kind>(auth.kind);
  if (in.kind == world::SignIn::Kind::none) return in;
  auto secret = secrets_.find(view_of(auth.secret_setting));
  if (secret == secrets_.end())
    throw Error(Next::fix_settings, "setting '" + copy_of(auth.secret_setting) +
                                        "' is missing, or the manifest does not call it secret");
  in.id = copy_of(auth.id);
  in.secret = &secret->second;
  in.token_url = copy_of(auth.token_url);
  in.scope = copy_of(auth.scope);
  in.method = copy_of(auth.method);
  bool is_method = in.method == "HMAC-SHA256" || in.method == "HMAC-SHA1";
  if (in.kind == world::SignIn::Kind::oauth1 && !is_method)
    throw Error(Next::fail, "a request's OAuth 1 method is neither HMAC-SHA256 nor HMAC-SHA1");
  return in;
}

world::HttpRequest HttpService::request_of(const hr_http_request& what) const {
  expect_sense(what);
  world::HttpRequest request;
  request.method = copy_of(what.method);
  request.url = copy_of(what.url);
  for (size_t i = 0; i < what.n_headers; ++i)
    request.headers.push_back({copy_of(what.headers[i].name), copy_of(what.headers[i].value)});
  request.body = copy_of(what.body);
  if (what.auth) request.sign_in = sign_in_of(*what.auth);
  auto deadline_s = what.deadline_s ? what.deadline_s : usual_deadline_s;
  request.deadline_ms = int64_t{std::min(deadline_s, longest_deadline_s)} * 1000;
  request.may_repeat = what.may_repeat != 0;
  request.whole = what.whole != 0;
  request.most_bytes = what.most_bytes ? what.most_bytes
                       : request.whole ? usual_whole
                                       : usual_pieces;
  if (request.whole) request.most_bytes = std::min(request.most_bytes, largest_whole);
  return request;
}

int32_t HttpService::send(void* ctx, const hr_http_request* what, hr_http_reply* out,
                          hr_error* err) noexcept {
  return edge::guarded(err, [&] {
    auto& self = *static_cast<HttpService*>(ctx);
    if (!what || !out) throw Error(Next::fail, "a plugin asks for nothing over HTTP");
    auto held = std::make_unique<Held>(self.http().send(self.request_of(*what)));
    out->size = sizeof(hr_http_reply);
    out->status = held->reply->status;
    out->proven = held->reply->is_proven;
    out->headers = held->headers.data();
    out->n_headers = held->headers.size();
    out->next = next_piece;
    out->release = release;
    out->self = held.release();
  });
}

}  // namespace homeroom::plugin
