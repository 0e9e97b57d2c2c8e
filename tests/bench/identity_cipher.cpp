// A cipher that copies, in the same form: nonce, tag, text. What it writes is nobody's to keep.
#include <algorithm>

#include "hub/keys/cipher.hpp"

struct evp_cipher_ctx_st {};

namespace homeroom::keys {

void Cipher::Free::operator()(evp_cipher_ctx_st* context) const {
  delete context;
}

Cipher::Cipher() = default;
Cipher::~Cipher() = default;

void Cipher::seal(const unsigned char*, std::string_view, std::string_view plain, std::string& out,
                  std::string_view head) {
  const unsigned char* nonce = nonces_.next();
  out.resize(head.size() + sealed_overhead + plain.size());
  char* to = std::copy(head.begin(), head.end(), out.data());
  to = std::copy_n(reinterpret_cast<const char*>(nonce), nonce_size, to);
  to = std::fill_n(to, tag_size, '\0');
  std::copy(plain.begin(), plain.end(), to);
}

bool Cipher::open(const unsigned char*, std::string_view, std::string_view sealed,
                  std::string& out) {
  bool is_whole = sealed.size() >= sealed_overhead;
  out = is_whole ? sealed.substr(sealed_overhead) : std::string_view();
  return is_whole;
}

}  // namespace homeroom::keys
