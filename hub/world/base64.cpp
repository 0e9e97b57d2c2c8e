#include "hub/world/base64.hpp"

#include <openssl/evp.h>

namespace homeroom::world {
namespace {

const unsigned char* letters(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  auto used = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), letters(bytes),
                              static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(used));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), letters(text),
                      static_cast<int>(text.size())) < 0)
    return std::nullopt;
  bytes.erase(bytes.size() - (text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0));
  return bytes;
}

}  // namespace homeroom::world
