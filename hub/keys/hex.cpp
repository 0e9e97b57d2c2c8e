#include "hub/keys/hex.hpp"

namespace homeroom::keys {

namespace {

constexpr std::string_view letters = "0123456789abcdef";

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (unsigned char byte : bytes) {
    text += letters[byte >> 4];
    text += letters[byte & 15];
  }
  return text;
}

std::string from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return {};
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t at = 0; at < text.size(); at += 2) {
    std::size_t high = letters.find(text[at]);
    std::size_t low = letters.find(text[at + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return {};
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

}  // namespace homeroom::keys
