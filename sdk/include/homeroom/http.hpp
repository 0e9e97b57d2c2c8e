// homeroom/http.hpp - the hub's HTTP for plugins in C++.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "homeroom/host.hpp"
#include "homeroom/http.h"

namespace homeroom {

/// How the hub signs a request in; see hr_http_auth.
struct HttpAuth {
  int32_t kind = HR_AUTH_NONE;
  std::string id;
  std::string secret_setting;  ///< key of the secret setting, not the secret
  std::string token_url;
  std::string scope;
  std::string method;
};

/// One request; see hr_http_request. By default one that may be sent again and is answered whole.
struct HttpAsk {
  std::string url;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  HttpAuth auth;
  uint32_t deadline_s = 0;  ///< 0: the hub's own
  bool may_repeat = true;
  bool whole = true;
};

/// A server's answer, to be moved and not copied. Use it before the next call of the hub ends.
class HttpReply {
 public:
  HttpReply() = default;
  /// The one moved from has nothing any more.
  HttpReply(HttpReply&& other) noexcept : reply_(std::exchange(other.reply_, {})) {}
  /// Lets go of its own answer first.
  HttpReply& operator=(HttpReply&& other) noexcept;
  ~HttpReply();

  /// The status; redirects never come this far.
  int status() const { return reply_.status; }
  /// Whether something else than the end of the connection says where the body ends.
  bool proven() const { return reply_.proven != 0; }
  /// Empty if it is not there; the name in small letters.
  std::string_view header(std::string_view name) const;
  /// How long the other side asks to be left alone; 0 where it does not say so in seconds.
  uint32_t retry_after_s() const;
  /// The next piece, valid until the next call; empty at the end.
  std::string_view next();
  /// All that is left of the body.
  std::string rest();

 private:
  friend class HttpClient;
  hr_http_reply reply_{};
};

/// Throws Error as the hub says; Error(hide) where the hub lends no HTTP.
class HttpClient {
 public:
  /// `host` is copied; usable as long as the instance.
  explicit HttpClient(const Host& host) : host_(host) {}
  /// Answers with any status but a redirect; throws what else went wrong, as hr_http says.
  HttpReply send(const HttpAsk& ask) const;

 private:
  Host host_;
};

/// Throws what the hub should do next where the status is not 200 to 299: sign in for 401 and 403,
/// fix the settings for other statuses of ours, again later for those of the server. `what` says
/// what was asked for: "the list of users".
void expect_success(const HttpReply& reply, std::string_view what);

/// A text as it stands in a query: all but unreserved letters percent-encoded (RFC 3986, 2.1).
std::string in_query(std::string_view text);

}  // namespace homeroom
