// Receiver: a small HTTP server on this machine that answers what a test tells it, byte for byte,
// so that it can also answer wrongly: late, cut, not at all.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace homeroom::webhook {

struct Received {
  std::string head;  ///< request line and headers as they came
  std::string body;
  std::string header(const std::string& name) const;
};

class Receiver {
 public:
  /// Gives the whole answer to a request; empty: close without a word.
  using Script = std::function<std::string(const Received&)>;
  static std::string silence() { return "(silence)"; }  ///< keep the connection and say nothing

  /// Listens on a free port. With `certificate` (PEM: key, then certificate) it speaks TLS.
  explicit Receiver(Script script, std::string certificate = "");
  ~Receiver();
  std::string url() const;
  std::vector<Received> received() const;

 private:
  struct Connection;
  void serve();
  void serve_one(int socket);

  Script script_;
  std::string certificate_;
  int listener_ = -1;
  int wake_[2] = {-1, -1};
  int port_ = 0;
  mutable std::mutex mutex_;  ///< guards received_
  std::vector<Received> received_;
  std::thread thread_;
};

/// An answer with this status, headers ("Retry-After: 7\r\n") and body.
std::string answer(int status, const std::string& headers = "", const std::string& body = "");

/// A self-signed certificate for 127.0.0.1 with its key, both PEM.
struct MadeCertificate {
  std::string key;
  std::string certificate;
};
MadeCertificate make_certificate();

}  // namespace homeroom::webhook
