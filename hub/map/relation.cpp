#include "hub/map/relation.hpp"

#include <algorithm>
#include <bit>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace homeroom::map {

namespace {

using record::Column;
using record::Text;
using record::Type;

std::size_t width(Type type) {
  switch (type) {
    case Type::boolean: return sizeof(uint8_t);
    case Type::date: return sizeof(int32_t);
    case Type::integer: return sizeof(int64_t);
    case Type::real: return sizeof(double);
    case Type::date_part: return sizeof(record::DatePart);
    case Type::decimal: return sizeof(record::Decimal);
    case Type::timestamp: return sizeof(record::Timestamp);
    case Type::text:
    case Type::json:
    case Type::list: break;
  }
  return sizeof(Text);
}

template <class T>
void gather_values(const Column& column, const uint32_t* from, uint32_t count, char* out, uint8_t* valid) {
  auto* values = reinterpret_cast<T*>(out);
  for (uint32_t i = 0; i < count; ++i) {
    bool is_there = from[i] != none && column.is_valid(from[i]);
    valid[i] = is_there;
    values[i] = is_there ? column.at<T>(from[i]) : T{};
  }
}

Column gather_list(const Column& column, const uint32_t* from, uint32_t count, record::Arena& arena) {
  auto first = [&](uint32_t row) { return row ? column.ends[row - 1] : 0; };
  std::size_t items = 0;
  for (uint32_t i = 0; i < count; ++i)
    if (from[i] != none) items += column.ends[from[i]] - first(from[i]);
  Column out = column;
  auto* texts = arena.many<Text>(items);
  auto* ends = arena.many<uint32_t>(count);
  auto* valid = arena.many<uint8_t>(count);
  uint32_t at = 0;
  for (uint32_t i = 0; i < count; ++i) {
    valid[i] = from[i] != none && column.is_valid(from[i]);
    if (from[i] != none)
      for (uint32_t k = first(from[i]); k < column.ends[from[i]]; ++k)
        texts[at++] = static_cast<const Text*>(column.values)[k];
    ends[i] = at;
  }
  out.values = texts;
  out.ends = ends;
  out.valid = valid;
  out.stride = 1;
  return out;
}

}  // namespace

Column gather(const Column& column, const uint32_t* from, uint32_t count, record::Arena& arena) {
  if (!column.values) return column;
  if (column.type == Type::list) return gather_list(column, from, count, arena);
  Column out = column;
  out.stride = 1;
  char* values = arena.take(width(column.type) * count);
  auto* valid = arena.many<uint8_t>(count);
  switch (column.type) {
    case Type::boolean: gather_values<uint8_t>(column, from, count, values, valid); break;
    case Type::date: gather_values<int32_t>(column, from, count, values, valid); break;
    case Type::integer: gather_values<int64_t>(column, from, count, values, valid); break;
    case Type::real: gather_values<double>(column, from, count, values, valid); break;
    case Type::date_part: gather_values<record::DatePart>(column, from, count, values, valid); break;
    case Type::decimal: gather_values<record::Decimal>(column, from, count, values, valid); break;
    case Type::timestamp: gather_values<record::Timestamp>(column, from, count, values, valid); break;
    default: gather_values<Text>(column, from, count, values, valid); break;
  }
  out.values = values;
  out.valid = valid;
  return out;
}

uint32_t* gather_rows(const uint32_t* rows, const uint32_t* from, uint32_t count, record::Arena& arena) {
  auto* out = arena.many<uint32_t>(count);
  for (uint32_t i = 0; i < count; ++i) out[i] = from[i] == none ? none : rows[from[i]];
  return out;
}

Relation select(const Relation& relation, const uint32_t* from, uint32_t count,
                const std::vector<uint8_t>& needed, record::Arena& arena) {
  Relation out;
  out.rows = count;
  for (std::size_t c = 0; c < relation.columns.size(); ++c)
    out.columns.push_back(c < needed.size() && needed[c] ? gather(relation.columns[c], from, count, arena)
                                                         : Column{});
  for (const auto& part : relation.parts)
    out.parts.push_back({part.stream, gather_rows(part.rows, from, count, arena)});
  for (const auto& fold : relation.folded)
    out.folded.push_back({fold.from, gather_rows(fold.group_of, from, count, arena)});
  return out;
}

uint64_t hash_of(const Text& text) {
  if (text.size > Text::most_inline) return XXH3_64bits(text.far, text.size);
  uint64_t words[2];
  std::memcpy(words, &text, sizeof words);
  return (words[0] ^ (words[1] * 0x9E3779B97F4A7C15ull) ^ (words[0] >> 29)) * 0xD6E8FEB86659FD93ull;
}

namespace {

/// The same number without zeros at its end: 1.50 and 1.5 are one key.
record::Decimal without_zeros(record::Decimal value) {
  while (value.units % 10 == 0 && value.scale > 0) {
    value.units /= 10;
    --value.scale;
  }
  return value;
}

/// What of a value makes it equal to another, as `=` sees it.
uint64_t word_of(const Column& column, uint32_t row) {
  switch (column.type) {
    case Type::boolean: return column.at<uint8_t>(row);
    case Type::integer: return static_cast<uint64_t>(column.at<int64_t>(row));
    case Type::real: return std::bit_cast<uint64_t>(column.at<double>(row) + 0.0);  // -0.0 is 0.0
    case Type::date: return static_cast<uint32_t>(column.at<int32_t>(row));
    case Type::timestamp: return static_cast<uint64_t>(column.at<record::Timestamp>(row).utc_us);
    case Type::date_part: {
      const auto& part = column.at<record::DatePart>(row);
      return static_cast<uint64_t>(static_cast<uint32_t>(part.days)) << 8 | static_cast<uint8_t>(part.precision);
    }
    case Type::decimal: {
      auto value = without_zeros(column.at<record::Decimal>(row));
      return static_cast<uint64_t>(value.units) ^ static_cast<uint64_t>(value.units >> 64) * 31 ^
             static_cast<uint64_t>(value.scale) << 57;
    }
    default: return hash_of(column.text_at(row));
  }
}

bool is_same(const Column& a, uint32_t at_a, const Column& b, uint32_t at_b) {
  if (a.type == Type::text || a.type == Type::json) return a.text_at(at_a) == b.text_at(at_b);
  if (a.type != Type::decimal) return word_of(a, at_a) == word_of(b, at_b);
  auto x = without_zeros(a.at<record::Decimal>(at_a));
  auto y = without_zeros(b.at<record::Decimal>(at_b));
  return x.units == y.units && x.scale == y.scale;
}

uint64_t hash_row(const std::vector<const Column*>& columns, uint32_t row) {
  uint64_t hash = 0;
  for (const auto* column : columns) hash = (hash ^ word_of(*column, row)) * 0x9E3779B97F4A7C15ull;
  return hash ^ hash >> 32;
}

bool has_null(const std::vector<const Column*>& columns, uint32_t row) {
  return std::ranges::any_of(columns, [&](const Column* c) { return !c->values || !c->is_valid(row); });
}

}  // namespace

RowIndex::RowIndex(const std::vector<const Column*>& columns, uint32_t rows) {
  for (const auto* column : columns) columns_.push_back(*column);
  std::size_t size = 16;
  while (size < rows * 2ull) size *= 2;
  slots_.assign(size, none);
  next_.assign(rows, none);
  // Backwards, so that rows of one value are chained in their own order.
  for (uint32_t row = rows; row-- > 0;) {
    if (has_null(columns, row)) continue;
    for (std::size_t at = hash_row(columns, row) & (size - 1);; at = (at + 1) & (size - 1)) {
      if (slots_[at] == none) {
        slots_[at] = row;
        break;
      }
      auto matches = [&](const Column* column) { return is_same(*column, slots_[at], *column, row); };
      if (!std::ranges::all_of(columns, matches)) continue;
      next_[row] = slots_[at];
      slots_[at] = row;
      break;
    }
  }
}

uint32_t RowIndex::find(const std::vector<const Column*>& values, uint32_t row) const {
  if (has_null(values, row)) return none;
  for (std::size_t at = hash_row(values, row) & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at] == none) return none;
    bool matches = true;
    for (std::size_t c = 0; c < values.size(); ++c)
      matches = matches && is_same(columns_[c], slots_[at], *values[c], row);
    if (matches) return slots_[at];
  }
}

}  // namespace homeroom::map
