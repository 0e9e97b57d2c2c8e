// How requests are signed in: headers from id and secret, and the tokens of OAuth 2, which are
// fetched when they are needed and kept until shortly before they end.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "hub/world/http.hpp"

namespace homeroom::world {

/// The Authorization header of RFC 5849 for a request without token; `nonce` and `seconds` are
/// given so that the standard's examples can be tested.
std::string oauth1_header(const HttpRequest& request, const std::string& nonce, int64_t seconds);

class Tokens {
 public:
  /// Sends a token request and gives the answer; no sign-in but what its headers say.
  using Ask = std::function<std::unique_ptr<HttpReply>(HttpRequest)>;
  explicit Tokens(const Clock& clock) : clock_(clock) {}

  /// Adds the Authorization header. Throws Error(sign_in) where the token's server does not accept
  /// id and secret.
  void sign(HttpRequest& request, const Ask& ask);
  /// Whether a new token may help: the request was refused with one that was kept.
  bool forget(const SignIn& sign_in);

 private:
  struct Token {
    std::string value;
    int64_t until_ms = 0;
  };
  Token fetch(const SignIn& sign_in, const Ask& ask) const;

  const Clock& clock_;
  std::map<std::string, Token> kept_;  ///< by token URL, id and scope
};

}  // namespace homeroom::world
