// cells: values as PostgreSQL's binary form has them: COPY, parameters and arrays share it.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace homeroom::postgres {

/// Types of pg_type that never change.
inline constexpr unsigned bytea_type = 17, bigint_type = 20, bytea_array_type = 1001,
                          bigint_array_type = 1016;

template <class T>
void append_number(std::string& to, T value) {
  for (std::size_t byte = sizeof value; byte-- > 0;)
    to += static_cast<char>(static_cast<uint64_t>(value) >> 8 * byte);
}

/// A whole number of any width.
inline int64_t number_in(std::string_view cell) {
  int64_t value = !cell.empty() && static_cast<signed char>(cell[0]) < 0 ? -1 : 0;
  for (unsigned char byte : cell)
    value = static_cast<int64_t>(static_cast<uint64_t>(value) << 8 | byte);
  return value;
}

/// A cell of a row: its size, then its bytes.
inline void append_cell(std::string& row, std::string_view bytes) {
  append_number(row, static_cast<int32_t>(bytes.size()));
  row += bytes;
}
inline void append_cell(std::string& row, int64_t value) {
  append_number(row, int32_t{8});
  append_number(row, value);
}
inline void append_null(std::string& row) {
  append_number(row, int32_t{-1});
}

/// The first cell of a row with its size; `row` goes on behind it.
inline std::string_view take_cell(std::string_view& row) {
  auto size = number_in(row.substr(0, 4));
  auto cell = row.substr(0, 4 + static_cast<std::size_t>(size < 0 ? 0 : size));
  row.remove_prefix(cell.size());
  return cell;
}

}  // namespace homeroom::postgres
