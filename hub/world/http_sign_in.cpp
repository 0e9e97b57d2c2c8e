#include "hub/world/http_sign_in.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include <curl/curl.h>
#include <nlohmann/json.hpp>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "homeroom/error.hpp"
#include "hub/world/base64.hpp"

namespace homeroom::world {
namespace {

constexpr int64_t early_ms = 60'000;       ///< a token is renewed so long before it ends
constexpr int64_t usual_life_s = 3600;     ///< where the server does not say
constexpr uint64_t most_answer = 1 << 20;  ///< bytes of a token's answer

std::string taken(char* made) {
  if (!made) throw Error(Next::retry, "out of memory");
  std::string text(made);
  curl_free(made);
  return text;
}

/// All but the unreserved letters of RFC 3986, 2.3.
std::string percent(const std::string& text) {
  // Its length 0 would mean that it has to count.
  if (text.empty()) return {};
  return taken(curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())));
}

/// As it stands in a query or a form, where '+' is a blank.
std::string unpercent(std::string text) {
  std::ranges::replace(text, '+', ' ');
  if (text.empty()) return {};
  return taken(curl_easy_unescape(nullptr, text.data(), static_cast<int>(text.size()), nullptr));
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

void add_query(Pairs& pairs, std::string_view query) {
  while (!query.empty()) {
    auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    if (part.empty()) continue;
    auto equals = std::min(part.find('='), part.size());
    std::string name(part.substr(0, equals)), value(part.substr(std::min(equals + 1, part.size())));
    pairs.emplace_back(percent(unpercent(name)), percent(unpercent(value)));
  }
}

bool is_form(const HttpRequest& request) {
  return value_of(request.headers, "content-type").starts_with("application/x-www-form-urlencoded");
}

/// RFC 5849, 3.4.1.2: without query and default port.
std::string base_url(const std::string& url) {
  auto origin = origin_of(url);
  bool is_usual = (origin.scheme == "https" && origin.port == "443") ||
                  (origin.scheme == "http" && origin.port == "80");
  auto path_at = std::min(url.find_first_of("/?", url.find("://") + 3), url.size());
  auto path = url.substr(path_at, url.find_first_of("?#", path_at) - path_at);
  return origin.scheme + "://" + origin.host + (is_usual ? "" : ':' + origin.port) +
         (path.empty() ? "/" : path);
}

std::string signed_text(const HttpRequest& request, Pairs pairs) {
  auto query = request.url.find('?');
  if (query != std::string::npos) add_query(pairs, std::string_view(request.url).substr(query + 1));
  if (is_form(request)) add_query(pairs, request.body);
  std::ranges::sort(pairs);
  std::string joined;
  for (const auto& [name, value] : pairs)
    joined += (joined.empty() ? "" : "&") + name + '=' + value;
  return request.method + '&' + percent(base_url(request.url)) + '&' + percent(joined);
}

std::string hmac(const EVP_MD* digest, const std::string& key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  HMAC(digest, key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(), &size);
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string new_nonce() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) throw Error(Next::fail, "no random numbers");
  std::string nonce;
  for (auto byte : bytes) nonce += "0123456789abcdef"[byte & 15];
  return nonce;
}

std::string basic(const std::string& id, std::string_view secret) {
  return "Basic " + to_base64(id + ':' + std::string(secret));
}

/// What the server calls it (RFC 6749, 5.2), where it is such a word and nothing else.
std::string error_word(const nlohmann::json& answer) {
  auto word = answer.is_object() ? answer.value("error", nlohmann::json()) : nlohmann::json();
  if (!word.is_string()) return {};
  auto text = word.get<std::string>();
  bool is_word = text.size() < 40 && std::ranges::all_of(text, [](unsigned char c) {
                   return std::islower(c) || c == '_';
                 });
  return is_word && !text.empty() ? " (" + text + ')' : std::string();
}

}  // namespace

std::string oauth1_header(const HttpRequest& request, const std::string& nonce, int64_t seconds) {
  const auto& in = request.sign_in;
  Pairs pairs = {{"oauth_consumer_key", percent(in.id)},
                 {"oauth_nonce", percent(nonce)},
                 {"oauth_signature_method", percent(in.method)},
                 {"oauth_timestamp", std::to_string(seconds)},
                 {"oauth_version", "1.0"}};
  auto text = signed_text(request, pairs);
  auto key = percent(std::string(in.secret->reveal())) + '&';
  const auto* digest = in.method == "HMAC-SHA1" ? EVP_sha1() : EVP_sha256();
  pairs.emplace_back("oauth_signature", percent(to_base64(hmac(digest, key, text))));
  std::string header = "OAuth ";
  for (const auto& [name, value] : pairs)
    header += (header.size() > 6 ? ", " : "") + name + "=\"" + value + '"';
  return header;
}

void Tokens::sign(HttpRequest& request, const Ask& ask) {
  const auto& in = request.sign_in;
  auto add = [&](const std::string& value) {
    std::erase_if(request.headers,
                  [](const Header& header) { return header.name == "Authorization"; });
    request.headers.push_back({"Authorization", value});
  };
  switch (in.kind) {
    case SignIn::Kind::none:
      return;
    case SignIn::Kind::basic:
      return add(basic(in.id, in.secret->reveal()));
    case SignIn::Kind::bearer:
      return add("Bearer " + std::string(in.secret->reveal()));
    case SignIn::Kind::oauth1:
      return add(oauth1_header(request, new_nonce(), clock_.now_ms() / 1000));
    case SignIn::Kind::oauth2:
      break;
  }
  auto& token = kept_[in.token_url + '\n' + in.id + '\n' + in.scope];
  if (token.value.empty() || token.until_ms - early_ms < clock_.now_ms()) token = fetch(in, ask);
  add("Bearer " + token.value);
}

bool Tokens::forget(const SignIn& sign_in) {
  if (sign_in.kind != SignIn::Kind::oauth2) return false;
  return kept_.erase(sign_in.token_url + '\n' + sign_in.id + '\n' + sign_in.scope) > 0;
}

// RFC 6749, 4.4.2 and 2.3.1: id and secret are form-encoded before they go into Basic.
Tokens::Token Tokens::fetch(const SignIn& sign_in, const Ask& ask) const {
  HttpRequest request;
  request.method = "POST";
  request.url = sign_in.token_url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"},
                     {"Authorization",
                      basic(percent(sign_in.id), percent(std::string(sign_in.secret->reveal())))}};
  request.body = "grant_type=client_credentials";
  if (!sign_in.scope.empty()) request.body += "&scope=" + percent(sign_in.scope);
  request.may_repeat = true;
  request.most_bytes = most_answer;
  auto reply = ask(request);
  auto host = origin_of(sign_in.token_url).host;
  auto answer = nlohmann::json::parse(rest_of(*reply), nullptr, false);
  if (reply->status == 400 || reply->status == 401 || reply->status == 403)
    throw Error(Next::sign_in,
                host + " gives no token for this id and secret" + error_word(answer));
  if (reply->status != 200)
    throw Error(
        reply->status >= 500 || reply->status == 429 ? Next::retry : Next::fix_settings,
        host + " answers " + std::to_string(reply->status) + " where it should give a token");
  auto token =
      answer.is_object() ? answer.value("access_token", nlohmann::json()) : nlohmann::json();
  auto life = answer.is_object() ? answer.value("expires_in", nlohmann::json()) : nlohmann::json();
  auto is_plain = [](const std::string& text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isgraph(c); });
  };
  if (!token.is_string() || !is_plain(token.get<std::string>()))
    throw Error(Next::fix_settings,
                host + " answers without an access_token; is the token's address right?");
  auto life_s = life.is_number() ? static_cast<int64_t>(life.get<double>()) : usual_life_s;
  return {token.get<std::string>(),
          clock_.now_ms() + std::clamp<int64_t>(life_s, 0, 86'400) * 1000};
}

}  // namespace homeroom::world
