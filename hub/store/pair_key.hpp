// The integer key of a row that is named by two numbers.
#pragma once

#include <cstdint>

namespace homeroom::store {

inline int64_t pair_key(uint64_t first, uint32_t second) {
  return static_cast<int64_t>(first << 32 | second);
}
inline uint32_t second_of(int64_t key) {
  return static_cast<uint32_t>(key);
}
inline uint64_t first_of(int64_t key) {
  return static_cast<uint64_t>(key) >> 32;
}

/// For "key BETWEEN ? AND ?": all rows of the first number.
inline int64_t first_key(uint64_t first) {
  return pair_key(first, 0);
}
inline int64_t last_key(uint64_t first) {
  return pair_key(first, UINT32_MAX);
}

}  // namespace homeroom::store
