// Cipher: AES-256-GCM with contexts that are kept, and random nonces drawn in blocks.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct evp_cipher_ctx_st;

namespace homeroom::keys {

inline constexpr std::size_t nonce_size = 12;
inline constexpr std::size_t tag_size = 16;
inline constexpr std::size_t sealed_overhead = nonce_size + tag_size;

/// Fills with bytes of the system's generator; throws Error(fail) when it has none.
void draw_random(unsigned char* out, std::size_t size);

/// 96-bit random nonces; a block drawn before a fork is not used after it.
class Nonces {
 public:
  const unsigned char* next();

 private:
  std::array<unsigned char, 4092> block_{};  // a whole number of nonces
  std::size_t used_ = sizeof(block_);
  unsigned forks_before_ = 0;
};

/// For one thread at a time.
class Cipher {
 public:
  Cipher();
  ~Cipher();
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;

  /// Replaces `out` by head, nonce, tag and cipher text. The head is not sealed; bind it if it must
  /// not change. A buffer that is used again is not filled with zeros first.
  void seal(const unsigned char* key, std::string_view bound, std::string_view plain,
            std::string& out, std::string_view head = {});
  /// Replaces `out`. False when key, bound data or bytes are not those of seal(); then `out` is
  /// empty.
  bool open(const unsigned char* key, std::string_view bound, std::string_view sealed,
            std::string& out);

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  std::unique_ptr<evp_cipher_ctx_st, Free> sealing_;
  std::unique_ptr<evp_cipher_ctx_st, Free> opening_;
  Nonces nonces_;
};

}  // namespace homeroom::keys
