// Http: one POST at a time through the hub's HTTP, with whatever becomes of it as a Reply.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "homeroom/http.hpp"

namespace homeroom::webhook {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// What came back, or why nothing did.
struct Reply {
  int status = 0;               ///< 0: no whole answer arrived
  uint32_t retry_after_s = 0;   ///< what the other side asked for, 0 if nothing
  std::string body;             ///< at most 64 KiB of it
  std::string trouble;          ///< in words, where status is 0
  bool is_our_mistake = false;  ///< certificate or address wrong: trying again will not help
  bool was_stopped = false;     ///< the hub asked to stop
};

class Http {
 public:
  /// `timeout_s` is for a whole exchange.
  Http(const Host& host, std::string url, uint32_t timeout_s)
      : client_(host), url_(std::move(url)), timeout_s_(timeout_s) {}
  Reply post(const std::string& body, Headers headers) const;
  /// Asks whether anybody is there; nothing is sent.
  Reply look() const;

 private:
  Reply exchange(HttpAsk ask) const;

  HttpClient client_;
  std::string url_;
  uint32_t timeout_s_;
};

}  // namespace homeroom::webhook
