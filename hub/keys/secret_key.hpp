// SecretKey: 256 bits that are wiped when they go away and are never printed.
#pragma once

#include <array>
#include <cstddef>

#include <openssl/crypto.h>

namespace homeroom::keys {

inline constexpr std::size_t key_size = 32;

class SecretKey {
 public:
  SecretKey() = default;
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

  unsigned char* data() { return bytes_.data(); }
  const unsigned char* data() const { return bytes_.data(); }

 private:
  std::array<unsigned char, key_size> bytes_{};
};

}  // namespace homeroom::keys
