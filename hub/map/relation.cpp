#include "hub/map/relation.hpp"

#include <algorithm>

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

uint64_t hash_row(const std::vector<const Column*>& columns, uint32_t row) {
  uint64_t hash = 0;
  for (const auto* column : columns) hash = (hash ^ hash_of(column->text_at(row))) * 0x9E3779B97F4A7C15ull;
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
      bool is_same = true;
      for (const auto* column : columns) is_same &= column->text_at(slots_[at]) == column->text_at(row);
      if (!is_same) continue;
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
    bool is_same = true;
    for (std::size_t c = 0; c < values.size(); ++c)
      is_same &= columns_[c].text_at(slots_[at]) == values[c]->text_at(row);
    if (is_same) return slots_[at];
  }
}

}  // namespace homeroom::map
