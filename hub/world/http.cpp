#include "hub/world/http.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <random>
#include <thread>

#include <curl/curl.h>

#include "homeroom/error.hpp"
#include "hub/world/http_sign_in.hpp"
#include "hub/world/pace.hpp"

namespace homeroom::world {
namespace {

constexpr int most_tries = 5;
constexpr double most_budget = 30;
constexpr double earned = 0.1;  ///< tries again that each request earns
constexpr int64_t first_wait_ms = 500;
constexpr int64_t longest_wait_ms = 60'000;  ///< longer is the hub's decision, not a request's

/// One that is all there.
class WholeReply : public HttpReply {
 public:
  explicit WholeReply(HttpReply& from) {
    status = from.status;
    headers = std::move(from.headers);
    is_proven = from.is_proven;
    body_ = rest_of(from);
  }
  std::string_view next() override {
    return std::exchange(was_given_, true) ? std::string_view() : body_;
  }

 private:
  std::string body_;
  bool was_given_ = false;
};

bool is_same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool is_passing(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

/// RFC 9110, 10.2.3: seconds or a date; 0 where it says nothing.
int64_t retry_after_ms(const Headers& headers, int64_t now_ms) {
  std::string text(value_of(headers, "retry-after"));
  if (text.empty()) return 0;
  constexpr int64_t day_s = 86'400;
  int64_t seconds = 0;
  if (std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c); }))
    seconds = text.size() > 9 ? day_s : std::stoll(text);
  else
    seconds = std::max<int64_t>(0, curl_getdate(text.c_str(), nullptr) - now_ms / 1000);
  return std::min(seconds, day_s) * 1000;
}

bool fits(std::string_view host, std::string_view pattern) {
  if (!pattern.starts_with("*.")) return host == pattern;
  auto dot = host.find('.');
  return dot != host.npos && dot > 0 && host.substr(dot) == pattern.substr(1);
}

double share() {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::uniform_real_distribution<double>(0.5, 1)(random);
}

void check_headers(const HttpRequest& request) {
  auto is_line = [](std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
  };
  for (const auto& header : request.headers)
    if (header.name.empty() || !is_line(header.name) || !is_line(header.value) ||
        header.name.find(':') != std::string::npos)
      throw Error(Next::fail, "a request's header has a line end in it or no name");
  bool is_method = !request.method.empty() &&
                   std::ranges::all_of(request.method, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!is_method) throw Error(Next::fail, "a request's method is no word in capitals");
}

}  // namespace

std::string_view value_of(const Headers& headers, std::string_view name) {
  for (const auto& header : headers)
    if (is_same_word(header.name, name)) return header.value;
  return {};
}

std::string rest_of(HttpReply& reply) {
  std::string body;
  for (auto piece = reply.next(); !piece.empty(); piece = reply.next()) body += piece;
  return body;
}

Origin origin_of(const std::string& url) {
  std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
  bool is_plain = std::ranges::all_of(url, [](unsigned char c) { return c > ' ' && c < 0x7F; });
  if (!is_plain || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    throw Error(Next::fix_settings, "an address is no URL (expected https://...)");
  auto part = [&](CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
      return std::string();
    std::string copy = text;
    curl_free(text);
    std::ranges::transform(copy, copy.begin(), [](unsigned char c) { return std::tolower(c); });
    return copy;
  };
  if (!part(CURLUPART_USER).empty() || !part(CURLUPART_PASSWORD).empty())
    throw Error(Next::fix_settings, "an address holds a user name; it may not");
  Origin origin{part(CURLUPART_SCHEME), part(CURLUPART_HOST), part(CURLUPART_PORT)};
  if ((origin.scheme != "https" && origin.scheme != "http") || origin.host.empty())
    throw Error(Next::fix_settings, "an address is no URL (expected https://...)");
  return origin;
}

void check_allowed(const Origin& origin, const HttpRules& rules) {
  auto is_named = [&](const std::string& pattern) { return fits(origin.host, pattern); };
  if (std::ranges::none_of(rules.hosts, is_named))
    throw Error(Next::fix_settings, origin.host +
                                        " is not among the hosts that the plugin's manifest and "
                                        "settings name");
  bool is_internal = std::ranges::find(rules.internal, origin.host) != rules.internal.end();
  if (origin.scheme == "https" || (origin.scheme == "http" && is_internal)) return;
  throw Error(Next::fix_settings, origin.host +
                                      " is to be spoken to without TLS; its address must begin "
                                      "with https:// (http:// only for hosts named under network: "
                                      "internal)");
}

Http::Http(HttpRules rules, Parts parts)
    : rules_(std::move(rules)),
      parts_(std::move(parts)),
      tokens_(std::make_unique<Tokens>(parts_.clock)),
      pace_(std::make_unique<Pace>(rules_.paces, rules_.per_second, parts_.clock)) {
  if (!parts_.wire) parts_.wire = make_wire(rules_, parts_.cancel);
}

Http::~Http() = default;

void Http::wait(int64_t ms) {
  if (ms <= 0) return;
  if (parts_.wait) return parts_.wait(ms);
  for (; ms > 0; ms -= 50) {
    if (parts_.cancel.cancelled()) throw Error(Next::stop, "stopped while waiting");
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min<int64_t>(ms, 50)));
  }
}

/// Whether there is still a try again in the budget. Without it a server that fails would be asked
/// five times as often as one that works.
bool Http::spend() {
  if (budget_ < 1) return false;
  budget_ -= 1;
  return true;
}

struct Http::Attempt {
  std::string host;
  int number = 1;
  bool has_new_token = false;
  int64_t wait_ms = 0;  ///< before the next one
};

/// Nothing: to be tried again, after `wait_ms`.
std::unique_ptr<HttpReply> Http::try_once(HttpRequest& request, Attempt& attempt) {
  bool may_again = request.may_repeat && attempt.number < most_tries;
  attempt.wait_ms = std::min(first_wait_ms << attempt.number, longest_wait_ms / 2);
  attempt.wait_ms = static_cast<int64_t>(static_cast<double>(attempt.wait_ms) * share());
  auto turn = pace_->take(attempt.host);
  if (turn > longest_wait_ms)
    throw Error(Next::retry, attempt.host + " asked not to be spoken to for a while",
                static_cast<uint32_t>(turn / 1000));
  wait(turn);
  try {
    tokens_->sign(request, [this](HttpRequest asked) { return send(std::move(asked)); });
    auto reply = parts_.wire->exchange(request);
    if (reply->status == 401 && !attempt.has_new_token && tokens_->forget(request.sign_in)) {
      attempt.has_new_token = true;
      attempt.wait_ms = 0;
      return nullptr;
    }
    if (reply->status >= 300 && reply->status < 400 && reply->status != 304)
      throw Error(Next::fix_settings, attempt.host + " answers " + std::to_string(reply->status) +
                                          ", a redirect, which is not followed; write the "
                                          "address it leads to into the settings");
    if (is_passing(reply->status)) {
      auto asked = retry_after_ms(reply->headers, parts_.clock.now_ms());
      if (asked > 0) pace_->hold(attempt.host, asked);
      attempt.wait_ms = std::max(attempt.wait_ms, asked);
      if (may_again && asked <= longest_wait_ms && spend()) return nullptr;
    }
    if (request.whole) return std::make_unique<WholeReply>(*reply);
    return reply;
  } catch (const Error& error) {
    if (error.next != Next::retry || !may_again || !spend()) throw;
    return nullptr;
  }
}

std::unique_ptr<HttpReply> Http::send(HttpRequest request) {
  Attempt attempt;
  auto origin = origin_of(request.url);
  check_allowed(origin, rules_);
  check_headers(request);
  attempt.host = origin.host;
  budget_ = std::min(budget_ + earned, most_budget);
  for (;; ++attempt.number) {
    if (auto reply = try_once(request, attempt)) return reply;
    wait(attempt.wait_ms);
  }
}

}  // namespace homeroom::world
