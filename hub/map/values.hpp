// Values of columns of any type, compared as SQL compares them: decimals by their number whatever
// their scale, timestamps by their instant, reals with -0 = 0 and NaN = NaN and above all others.
#pragma once

#include <cstddef>
#include <cstring>
#include <optional>

#include "hub/record/arena.hpp"
#include "hub/record/column.hpp"

namespace homeroom::map {

/// Whether the row says nothing; also where the column is not there at all.
inline bool is_null(const record::Column& column, uint32_t row) {
  return !column.values || !column.is_valid(row);
}

uint64_t hash_of_far(const record::Text& text);  ///< of a text whose bytes lie elsewhere
inline uint64_t hash_of(const record::Text& text) {
  if (text.size > record::Text::most_inline) return hash_of_far(text);
  uint64_t words[2];
  std::memcpy(words, &text, sizeof words);
  return (words[0] ^ (words[1] * 0x9E3779B97F4A7C15ull) ^ (words[0] >> 29)) * 0xD6E8FEB86659FD93ull;
}
/// Equal values have equal hashes. The row is not null.
uint64_t hash_value(const record::Column& column, uint32_t row);
/// Both rows are not null and the columns have one type.
bool is_same(const record::Column& a, uint32_t a_row, const record::Column& b, uint32_t b_row);
/// Below, equal or above zero, for the types with an order (all but lists, which go item by item).
int order_of(const record::Column& column, uint32_t a, uint32_t b);

/// A column as text in which equal values are written alike.
record::Column key_text(const record::Column& column, uint32_t rows, record::Arena& arena);

/// The exact sum, or nothing when it has more than 38 digits.
std::optional<record::Decimal> sum_of(const record::Decimal& a, const record::Decimal& b);

}  // namespace homeroom::map
