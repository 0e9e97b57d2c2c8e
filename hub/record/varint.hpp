// Numbers of variable length: seven bits a byte, the lowest first; the top bit says that another byte
// follows.
#pragma once

#include <cstdint>
#include <string>

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

/// Moves `at` behind the number. Bytes that end inside of it are not looked for.
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
