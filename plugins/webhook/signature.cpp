#include "plugins/webhook/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "homeroom/error.hpp"

namespace homeroom::webhook {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr size_t least_key = 24;
constexpr size_t most_key = 64;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string encode(const unsigned char* bytes, size_t size) {
  std::string text(4 * ((size + 2) / 3) + 1, '\0');
  int used =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
  text.resize(static_cast<size_t>(used));
  return text;
}

std::string decode(std::string_view text) {
  std::string bytes(text.size() + 3, '\0');
  int used = text.size() % 4 ? -1
                             : EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                               bytes_of(text), static_cast<int>(text.size()));
  if (used < 0)
    throw Error(Next::fix_settings, "setting 'signing_key': what follows whsec_ is no base64");
  size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(static_cast<size_t>(used) - padding);
  return bytes;
}

}  // namespace

std::string signing_key(std::string_view secret) {
  std::string key =
      secret.starts_with(prefix) ? decode(secret.substr(prefix.size())) : std::string(secret);
  if (key.size() < least_key || key.size() > most_key)
    throw Error(Next::fix_settings, "setting 'signing_key' holds " + std::to_string(key.size()) +
                                        " bytes (expected 24 to 64; make one with: openssl rand "
                                        "-base64 32, and write whsec_ before it)");
  return key;
}

std::string signature(std::string_view key, std::string_view id, int64_t timestamp,
                      std::string_view body) {
  std::string text;
  text.reserve(id.size() + body.size() + 24);
  text.append(id).append(".").append(std::to_string(timestamp)).append(".").append(body);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
            mac, &size))
    throw Error(Next::fail, "HMAC-SHA-256 is not available in this OpenSSL");
  return "v1," + encode(mac, size);
}

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(bytes_of(bytes), bytes.size(), digest);
  static constexpr char letters[] = "0123456789abcdef";
  std::string text;
  for (unsigned char byte : digest) {
    text += letters[byte >> 4];
    text += letters[byte & 15];
  }
  return text;
}

}  // namespace homeroom::webhook
