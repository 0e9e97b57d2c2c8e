// Numbers of variable length: seven bits a byte, the lowest first; the top bit says that another
// byte follows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace homeroom::record {

/// Writes at `out`, which has room for ten bytes; answers where it ended.
inline char* write_number(char* out, uint64_t number) {
  for (; number >= 0x80; number >>= 7) *out++ = static_cast<char>(number | 0x80);
  *out++ = static_cast<char>(number);
  return out;
}

inline void append_number(std::string& out, uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

/// Takes the number off the front; false when the bytes end inside of it or it is too long. For
/// bytes that nothing has sealed.
inline bool take_number(std::string_view& bytes, uint64_t& number) {
  number = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 10; ++i) {
    auto byte = static_cast<unsigned char>(bytes[i]);
    number |= static_cast<uint64_t>(byte & 0x7Fu) << (7 * i);
    if (byte >= 0x80) continue;
    bytes.remove_prefix(i + 1);
    return true;
  }
  return false;
}

/// Moves `at` behind the number, in bytes that are known to be whole: sealed ones, or ones of this
/// run.
template <class Number = uint32_t>
Number read_number(const char*& at) {
  auto byte = static_cast<unsigned char>(*at++);
  auto number = static_cast<Number>(byte & 0x7Fu);
  for (int shift = 7; byte >= 0x80; shift += 7) {
    byte = static_cast<unsigned char>(*at++);
    number |= static_cast<Number>(byte & 0x7Fu) << shift;
  }
  return number;
}

}  // namespace homeroom::record
