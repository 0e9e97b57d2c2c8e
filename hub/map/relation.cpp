#include "hub/map/relation.hpp"

#include <algorithm>

#include "hub/map/values.hpp"

namespace homeroom::map {

namespace {

using record::Column;
using record::Text;
using record::Type;

template <class T>
void gather_values(const Column& column, const uint32_t* from, uint32_t count, char* out,
                   uint8_t* valid) {
  auto* values = reinterpret_cast<T*>(out);
  for (uint32_t i = 0; i < count; ++i) {
    bool is_there = from[i] != none && column.is_valid(from[i]);
    valid[i] = is_there;
    values[i] = is_there ? column.at<T>(from[i]) : T{};
  }
}

Column gather_list(const Column& column, const uint32_t* from, uint32_t count,
                   record::Arena& arena) {
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
  char* values = arena.take(width_of(column.type) * count);
  auto* valid = arena.many<uint8_t>(count);
  switch (column.type) {
    case Type::boolean:
      gather_values<uint8_t>(column, from, count, values, valid);
      break;
    case Type::date:
      gather_values<int32_t>(column, from, count, values, valid);
      break;
    case Type::integer:
      gather_values<int64_t>(column, from, count, values, valid);
      break;
    case Type::real:
      gather_values<double>(column, from, count, values, valid);
      break;
    case Type::date_part:
      gather_values<record::DatePart>(column, from, count, values, valid);
      break;
    case Type::decimal:
      gather_values<record::Decimal>(column, from, count, values, valid);
      break;
    case Type::timestamp:
      gather_values<record::Timestamp>(column, from, count, values, valid);
      break;
    default:
      gather_values<Text>(column, from, count, values, valid);
      break;
  }
  out.values = values;
  out.valid = valid;
  return out;
}

uint32_t* gather_rows(const uint32_t* rows, const uint32_t* from, uint32_t count,
                      record::Arena& arena) {
  auto* out = arena.many<uint32_t>(count);
  for (uint32_t i = 0; i < count; ++i) out[i] = from[i] == none ? none : rows[from[i]];
  return out;
}

namespace {

bool is_all(const uint32_t* from, uint32_t count, uint32_t rows) {
  if (count != rows) return false;
  for (uint32_t i = 0; i < count; ++i)
    if (from[i] != i) return false;
  return true;
}

}  // namespace

Relation select(const Relation& relation, const uint32_t* from, uint32_t count,
                const std::vector<uint8_t>& needed, record::Arena& arena) {
  if (is_all(from, count, relation.rows)) {
    Relation same = relation;
    for (std::size_t c = 0; c < same.columns.size(); ++c)
      if (c >= needed.size() || !needed[c]) same.columns[c] = Column{};
    return same;
  }
  Relation out;
  out.rows = count;
  for (std::size_t c = 0; c < relation.columns.size(); ++c)
    out.columns.push_back(c < needed.size() && needed[c]
                              ? gather(relation.columns[c], from, count, arena)
                              : Column{});
  for (const auto& part : relation.parts)
    out.parts.push_back({part.stream, gather_rows(part.rows, from, count, arena)});
  for (const auto& fold : relation.folded)
    out.folded.push_back({fold.from, fold.is_base, gather_rows(fold.group_of, from, count, arena)});
  return out;
}

namespace {

/// The values of a column at `to`, one behind the other; a column that is not there is null.
void put(const Column& column, uint32_t rows, Type type, char* to, uint8_t* valid) {
  auto width = width_of(type);
  for (uint32_t row = 0; row < rows; ++row) valid[row] = !is_null(column, row);
  if (column.values && column.stride == 1)
    std::memcpy(to, column.values, width * rows);
  else if (column.values)
    for (uint32_t row = 0; row < rows; ++row) std::memcpy(to + width * row, column.values, width);
  else
    std::memset(to, 0, width * rows);
}

uint32_t put_list(const Column& column, uint32_t rows, uint32_t at, Text* items, uint32_t* ends,
                  uint8_t* valid) {
  for (uint32_t row = 0; row < rows; ++row) {
    valid[row] = !is_null(column, row);
    for (uint32_t i = column.values && row ? column.ends[row - 1] : 0;
         column.values && i < column.ends[row]; ++i)
      items[at++] = static_cast<const Text*>(column.values)[i];
    ends[row] = at;
  }
  return at;
}

}  // namespace

Column append(const Column& first, uint32_t first_rows, const Column& second, uint32_t second_rows,
              record::Arena& arena) {
  if (!first.values && !second.values) return first;
  Column out = first.values ? first : second;
  auto rows = first_rows + second_rows;
  auto* valid = arena.many<uint8_t>(rows);
  out.valid = valid;
  out.stride = 1;
  if (out.type == Type::list) {
    auto items_of = [](const Column& column, uint32_t count) {
      return column.values && count ? column.ends[count - 1] : 0;
    };
    auto* items = arena.many<Text>(items_of(first, first_rows) + items_of(second, second_rows));
    auto* ends = arena.many<uint32_t>(rows);
    auto at = put_list(first, first_rows, 0, items, ends, valid);
    put_list(second, second_rows, at, items, ends + first_rows, valid + first_rows);
    out.values = items;
    out.ends = ends;
    return out;
  }
  auto width = width_of(out.type);
  char* values = arena.take(width * rows);
  put(first, first_rows, out.type, values, valid);
  put(second, second_rows, out.type, values + width * first_rows, valid + first_rows);
  out.values = values;
  return out;
}

uint64_t hash_row(const std::vector<const Column*>& columns, uint32_t row) {
  uint64_t hash = 0;
  for (const auto* column : columns)
    hash = (hash ^ (is_null(*column, row) ? 1 : hash_value(*column, row))) * 0x9E3779B97F4A7C15ull;
  return hash ^ hash >> 32;
}

namespace {

bool has_null(const std::vector<const Column*>& columns, uint32_t row) {
  return std::ranges::any_of(columns, [&](const Column* c) { return is_null(*c, row); });
}

bool is_alike(const Column& a, uint32_t a_row, const Column& b, uint32_t b_row) {
  bool is_unsaid = is_null(a, a_row);
  if (is_unsaid || is_null(b, b_row)) return is_unsaid && is_null(b, b_row);
  return is_same(a, a_row, b, b_row);
}

/// Slots for so many values: a power of two, at most three quarters full.
std::size_t slots_for(uint32_t rows) {
  std::size_t size = 16;
  while (size * 3 < rows * 4ull) size *= 2;
  return size;
}

constexpr uint32_t rows_ahead =
    64;  ///< their slots are asked for before the first of them is looked at

uint32_t tag_of(uint64_t hash) {
  return static_cast<uint32_t>(hash >> 32);
}

}  // namespace

namespace {

/// The groups found so far, by the hash of their values. It grows with them, not with the rows.
class Grouping {
 public:
  explicit Grouping(const std::vector<const Column*>& columns)
      : columns_(columns), slots_(1 << 12) {}

  void expect(uint64_t hash) const { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)], 1); }

  uint32_t group_of(uint32_t row, uint64_t hash) {
    auto at = hash & (slots_.size() - 1);
    for (; slots_[at].group != none; at = (at + 1) & (slots_.size() - 1))
      if (slots_[at].tag == tag_of(hash) && is_in(slots_[at].group, row)) return slots_[at].group;
    auto group = static_cast<uint32_t>(firsts_.size());
    slots_[at] = {group, tag_of(hash)};
    firsts_.push_back(row);
    hashes_.push_back(hash);
    if (firsts_.size() * 4 > slots_.size() * 3) grow();
    return group;
  }

  std::vector<uint32_t> take() { return std::move(firsts_); }

 private:
  struct Slot {
    uint32_t group = none;
    uint32_t tag = 0;
  };

  bool is_in(uint32_t group, uint32_t row) const {
    return std::ranges::all_of(
        columns_, [&](const Column* c) { return is_alike(*c, firsts_[group], *c, row); });
  }

  void grow() {
    slots_.assign(slots_.size() * 4, {});
    for (uint32_t group = 0; group < hashes_.size(); ++group) {
      auto at = hashes_[group] & (slots_.size() - 1);
      while (slots_[at].group != none) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = {group, tag_of(hashes_[group])};
    }
  }

  const std::vector<const Column*>& columns_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> firsts_;
  std::vector<uint64_t> hashes_;  ///< by group
};

}  // namespace

std::vector<uint32_t> number_groups(const std::vector<const Column*>& columns, uint32_t rows,
                                    uint32_t* group_of) {
  Grouping groups(columns);
  uint64_t hashes[rows_ahead];
  for (uint32_t first = 0; first < rows; first += rows_ahead) {
    auto count = std::min(rows_ahead, rows - first);
    for (uint32_t i = 0; i < count; ++i) {
      hashes[i] = hash_row(columns, first + i);
      groups.expect(hashes[i]);
    }
    for (uint32_t i = 0; i < count; ++i)
      group_of[first + i] = groups.group_of(first + i, hashes[i]);
  }
  return groups.take();
}

RowIndex::RowIndex(const std::vector<const Column*>& columns, uint32_t rows) {
  for (const auto* column : columns) columns_.push_back(*column);
  slots_.assign(slots_for(rows), {none, 0});
  uint64_t hashes[rows_ahead];
  // Backwards, so that rows of one value are chained in their own order.
  for (uint32_t end = rows; end > 0;) {
    auto count = std::min(rows_ahead, end);
    for (uint32_t i = 0; i < count; ++i) {
      hashes[i] = hash_row(columns, end - 1 - i);
      __builtin_prefetch(&slots_[hashes[i] & (slots_.size() - 1)], 1);
    }
    for (uint32_t i = 0; i < count; ++i) {
      auto row = end - 1 - i;
      if (has_null(columns, row)) continue;
      auto& slot = slots_[slot_of(columns, row, hashes[i])];
      if (slot.row != none && next_.empty()) next_.assign(rows, none);
      if (slot.row != none) next_[row] = slot.row;
      slot = {row, tag_of(hashes[i])};
    }
    end -= count;
  }
}

std::size_t RowIndex::slot_of(const std::vector<const Column*>& values, uint32_t row,
                              uint64_t hash) const {
  for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].row == none) return at;
    bool is_it = slots_[at].tag == tag_of(hash);
    for (std::size_t c = 0; c < values.size() && is_it; ++c)
      is_it = is_alike(columns_[c], slots_[at].row, *values[c], row);
    if (is_it) return at;
  }
}

uint32_t RowIndex::find(const std::vector<const Column*>& values, uint32_t row) const {
  if (has_null(values, row)) return none;
  return slots_[slot_of(values, row, hash_row(values, row))].row;
}

void RowIndex::find_all(const std::vector<const Column*>& values, uint32_t rows,
                        uint32_t* found) const {
  uint64_t hashes[rows_ahead];
  for (uint32_t first = 0; first < rows; first += rows_ahead) {
    auto count = std::min(rows_ahead, rows - first);
    for (uint32_t i = 0; i < count; ++i) {
      hashes[i] = hash_row(values, first + i);
      __builtin_prefetch(&slots_[hashes[i] & (slots_.size() - 1)]);
    }
    for (uint32_t i = 0; i < count; ++i) {
      auto row = first + i;
      bool is_lost = has_null(values, row);
      found[row] = is_lost ? none : slots_[slot_of(values, row, hashes[i])].row;
    }
  }
}

}  // namespace homeroom::map
