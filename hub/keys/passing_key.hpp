// PassingKey: a key that is written nowhere. What it seals can be opened while it lives, and never
// again: for scratch files of work that has no key file, or needs none.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace homeroom::keys {

/// For one thread at a time.
class PassingKey {
 public:
  PassingKey();
  ~PassingKey();
  PassingKey(const PassingKey&) = delete;
  PassingKey& operator=(const PassingKey&) = delete;

  /// Replaces `out`: AES-256-GCM with a random nonce, bound to the number.
  void seal(uint64_t number, std::string_view plain, std::string& out);
  /// Replaces `out`. Throws Error(fail) when the bytes are not those that were sealed under this
  /// number.
  void open(uint64_t number, std::string_view sealed, std::string& out);

 private:
  struct Own;
  std::unique_ptr<Own> own_;
};

}  // namespace homeroom::keys
