// Http: the one way to speak to other machines. It knows which hosts a connection may speak to,
// keeps to their pace, signs in, sends again what may be sent again, and ends what takes too long.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hub/world/cancel.hpp"
#include "hub/world/clock.hpp"
#include "hub/world/secrets.hpp"

namespace homeroom::world {

struct Header {
  std::string name;
  std::string value;
};
using Headers = std::vector<Header>;

/// The first value under this name, whatever its case; empty if there is none.
std::string_view value_of(const Headers& headers, std::string_view name);

/// How a request is signed in; see RFC 7617, 6750, 6749 (4.4) and 5849.
struct SignIn {
  enum class Kind : uint8_t { none, basic, bearer, oauth2, oauth1 };
  Kind kind = Kind::none;
  std::string id;
  const Secret* secret = nullptr;  ///< outlives the request
  std::string token_url;           ///< oauth2
  std::string scope;               ///< oauth2
  std::string method;              ///< oauth1: HMAC-SHA256 or HMAC-SHA1
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
  SignIn sign_in;
  int64_t deadline_ms = 120'000;
  uint64_t most_bytes = uint64_t{64} << 20;  ///< of the decoded body
  bool may_repeat = false;                   ///< doing it twice is doing it once
  bool whole = true;                         ///< answered when all of the body is there
};

/// An answer whose body comes in pieces.
class HttpReply {
 public:
  virtual ~HttpReply() = default;
  int status = 0;
  Headers headers;         ///< names in small letters
  bool is_proven = false;  ///< something else than the end of the connection says where it ends
  /// The next piece, valid until the next call; empty at the end. Throws Error(retry) where the
  /// body breaks off, Error(not_readable) where it is too long.
  virtual std::string_view next() = 0;
};

/// All that is left of the body.
std::string rest_of(HttpReply& reply);

/// What one connection of a workspace may do.
struct HttpRules {
  std::vector<std::string> hosts;     ///< nobody else is spoken to; "*.vendor.example" has any
                                      ///< one name before the first dot
  std::vector<std::string> internal;  ///< of them, who may lie in a private network, without TLS
  std::string ca_file;                ///< PEM; empty: the system's authorities
  double per_second = 0;              ///< requests to one host; 0: as fast as it answers
  std::filesystem::path paces;        ///< folder where processes agree on it; empty: this one alone
};

/// Does one exchange, once. Http decides about all else.
class Wire {
 public:
  virtual ~Wire() = default;
  /// Answers as soon as the head has come. The wire outlives the reply.
  virtual std::unique_ptr<HttpReply> exchange(const HttpRequest& request) = 0;
};

/// Over libcurl: TLS 1.2 or later, certificates checked, no redirects, no proxy, and no address of
/// a private network (RFC 6890) but for hosts that `rules` calls internal.
std::unique_ptr<Wire> make_wire(const HttpRules& rules, const Cancel& cancel);

class Tokens;
class Pace;

/// Used by one thread at a time; outlives its replies.
class Http {
 public:
  struct Parts {
    const Clock& clock;
    const Cancel& cancel;
    std::unique_ptr<Wire> wire;            ///< none: make_wire()
    std::function<void(int64_t ms)> wait;  ///< none: sleeps, and throws Error(stop) when asked to
  };
  Http(HttpRules rules, Parts parts);
  ~Http();

  /// Throws Error: fix_settings for a host that is not allowed, a certificate that does not hold or
  /// a redirect; sign_in where the token is refused; retry; stop.
  std::unique_ptr<HttpReply> send(HttpRequest request);

 private:
  struct Attempt;
  std::unique_ptr<HttpReply> try_once(HttpRequest& request, Attempt& attempt);
  bool spend();
  void wait(int64_t ms);

  HttpRules rules_;
  Parts parts_;
  std::unique_ptr<Tokens> tokens_;
  std::unique_ptr<Pace> pace_;
  double budget_ = 10;  ///< tries again; each request earns a tenth of one
};

/// Scheme, host in small letters and port of a URL: "https://sis.example:443". Throws fix_settings
/// where it is no URL, holds a user, or is not https (http where the host is internal), or its host
/// is not among those of `rules`.
struct Origin {
  std::string scheme;
  std::string host;
  std::string port;
  bool operator==(const Origin&) const = default;
};
Origin origin_of(const std::string& url);
void check_allowed(const Origin& origin, const HttpRules& rules);

}  // namespace homeroom::world
