#include "hub/keys/cipher.hpp"

#include <algorithm>
#include <climits>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "homeroom/error.hpp"

namespace homeroom::keys {

namespace {

void must(int answer, const char* doing) {
  if (answer != 1) throw Error(Next::fail, std::string("OpenSSL failed to ") + doing);
}

int size_of(std::string_view text) {
  if (text.size() > INT_MAX - 64) throw Error(Next::fail, "a block over 2 GiB cannot be sealed");
  return static_cast<int>(text.size());
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

EVP_CIPHER_CTX* new_context() {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  if (!context) throw Error(Next::fail, "OpenSSL has no memory for a cipher");
  return context;
}

}  // namespace

void Cipher::Free::operator()(evp_cipher_ctx_st* context) const {
  EVP_CIPHER_CTX_free(context);
}

Cipher::Cipher() : sealing_(new_context()), opening_(new_context()) {
  // GCM's nonce is 96 bits by default; the cipher is set once, keys and nonces with each unit.
  must(EVP_EncryptInit_ex(sealing_.get(), EVP_aes_256_gcm(), nullptr, nullptr, nullptr), "start");
  must(EVP_DecryptInit_ex(opening_.get(), EVP_aes_256_gcm(), nullptr, nullptr, nullptr), "start");
}

Cipher::~Cipher() = default;

void Cipher::seal(const unsigned char* key, std::string_view bound, std::string_view plain,
                  std::string& out, std::string_view head) {
  const unsigned char* nonce = nonces_.next();
  out.resize(head.size() + sealed_overhead + plain.size());
  std::copy(head.begin(), head.end(), out.begin());
  auto* to = reinterpret_cast<unsigned char*>(out.data()) + head.size();
  std::copy(nonce, nonce + nonce_size, to);
  EVP_CIPHER_CTX* context = sealing_.get();
  int size = 0;
  unsigned char rest[16];
  must(EVP_EncryptInit_ex(context, nullptr, nullptr, key, nonce), "take a key");
  must(EVP_EncryptUpdate(context, nullptr, &size, bytes_of(bound), size_of(bound)), "bind");
  must(EVP_EncryptUpdate(context, to + sealed_overhead, &size, bytes_of(plain), size_of(plain)),
       "seal");
  must(EVP_EncryptFinal_ex(context, rest, &size), "seal");
  must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, tag_size, to + nonce_size), "seal");
}

bool Cipher::open(const unsigned char* key, std::string_view bound, std::string_view sealed,
                  std::string& out) {
  if (sealed.size() < sealed_overhead) {
    out.clear();
    return false;
  }
  std::string_view text = sealed.substr(sealed_overhead);
  out.resize(text.size());
  std::array<unsigned char, tag_size> tag;
  std::copy_n(bytes_of(sealed) + nonce_size, tag_size, tag.data());
  EVP_CIPHER_CTX* context = opening_.get();
  auto* to = reinterpret_cast<unsigned char*>(out.data());
  int size = 0;
  unsigned char rest[16];
  must(EVP_DecryptInit_ex(context, nullptr, nullptr, key, bytes_of(sealed)), "take a key");
  must(EVP_DecryptUpdate(context, nullptr, &size, bytes_of(bound), size_of(bound)), "bind");
  must(EVP_DecryptUpdate(context, to, &size, bytes_of(text), size_of(text)), "open");
  must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()), "open");
  if (EVP_DecryptFinal_ex(context, rest, &size) == 1) return true;
  OPENSSL_cleanse(out.data(), out.size());
  out.clear();
  return false;
}

}  // namespace homeroom::keys
