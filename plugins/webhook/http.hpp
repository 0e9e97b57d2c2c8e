// Http: one POST at a time over a kept connection, with a deadline on everything and no surprises:
// no redirects, no old TLS, no endless bodies.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace homeroom::webhook {

/// What came back, or why nothing did.
struct Reply {
  long status = 0;              ///< 0: no whole answer arrived
  uint32_t retry_after_s = 0;   ///< what the other side asked for, 0 if nothing
  std::string body;             ///< at most 64 KiB of it
  std::string trouble;          ///< in words, where status is 0
  bool is_our_mistake = false;  ///< certificate or address wrong: trying again will not help
  bool was_stopped = false;     ///< `stopping` said so
};

struct HttpStyle {
  std::string url;
  std::string ca_file;  ///< empty: the system's authorities
  long timeout_s = 30;  ///< for the whole exchange
};

class Http {
 public:
  Http(HttpStyle style, std::function<bool()> stopping);
  ~Http();
  Reply post(std::string_view body, const std::vector<std::string>& headers);
  /// Connects and shakes hands without sending a request.
  Reply connect();

 private:
  struct Handle;
  Reply exchange();
  HttpStyle style_;
  std::function<bool()> stopping_;
  std::unique_ptr<Handle> handle_;
};

/// Whether the URL is one we may send to: https, or http to this very machine where `allow_http`.
/// Throws Error(fix_settings) otherwise.
void check_url(const std::string& url, bool allow_http);

}  // namespace homeroom::webhook
