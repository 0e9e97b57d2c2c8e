// Monitor: a small HTTP server for whoever watches the daemon: /livez, /readyz and /metrics. It
// answers GET and nothing else, and tells nothing of any student.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace homeroom::server {

class Monitor {
 public:
  /// What the paths answer; asked from threads of the server, and what they throw is status 500.
  struct Answers {
    std::function<bool()> is_alive;        ///< /livez: 200 or 503
    std::function<bool()> is_ready;        ///< /readyz: 200 or 503
    std::function<std::string()> metrics;  ///< /metrics: Prometheus text format 0.0.4
  };

  /// Listens at `address`, "127.0.0.1:9464" or "[::1]:9464"; port 0 takes a free one. Throws
  /// fix_settings for what is no address or is in use.
  Monitor(const std::string& address, Answers answers);
  ~Monitor();

  uint16_t port() const;

 private:
  struct Server;
  std::unique_ptr<Server> server_;
};

}  // namespace homeroom::server
