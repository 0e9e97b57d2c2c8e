// Hasher: hash(text) of mappings under the tenant's key.
#pragma once

#include "hub/express/express.hpp"
#include "hub/keys/keys.hpp"

namespace homeroom::flow {

/// Two tokens of 64 bits, in two spaces that nothing else uses. `keys` outlives it.
class TenantHasher : public express::Hasher {
 public:
  explicit TenantHasher(const keys::KeyRing& keys) : keys_(keys) {}

  std::array<unsigned char, 16> hash(std::string_view text) const override {
    std::array<unsigned char, 16> bytes;
    for (uint32_t half = 0; half < 2; ++half) {
      auto token = keys_.token(first_space + half, text);
      for (uint32_t i = 0; i < 8; ++i)
        bytes[half * 8 + i] = static_cast<unsigned char>(token >> (8 * i));
    }
    return bytes;
  }

 private:
  static constexpr uint32_t first_space = 0xFFFFFFF0;

  const keys::KeyRing& keys_;
};

}  // namespace homeroom::flow
