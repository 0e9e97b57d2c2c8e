// Rows of nobody, as large as those of a student.
#pragma once

#include <cstdint>
#include <string>

namespace homeroom::bench {

inline uint64_t mixed(uint64_t value) {
  value = (value ^ value >> 31) * 0x7fb5d329728ea185;
  value = (value ^ value >> 27) * 0x81dadef4bc2dd44d;
  return value ^ value >> 33;
}

// Rows in the manner of record/row.hpp: field numbers, sizes and short JSON values that differ.
inline void fill(std::string& rows, uint64_t seed, std::size_t size) {
  static const char* const words[] = {"\"active\"",  "\"2025-08-18\"", "true",         "\"KG\"",
                                      "\"primary\"", "\"ASIAN\"",      "\"guardian\"", "null"};
  rows.clear();
  for (uint64_t field = 0; rows.size() < size; ++field) {
    uint64_t random = mixed(seed * 131 + field);
    std::string value =
        field % 3 == 0 ? "\"" + std::to_string(random % 100'000'000) + "\"" : words[random % 8];
    auto number = static_cast<char>(field);
    auto length = static_cast<char>(value.size());
    rows.append({number, 0, length, 0, 0, 0});
    rows += value;
  }
}

}  // namespace homeroom::bench
