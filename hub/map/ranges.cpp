#include "hub/map/ranges.hpp"

#include <algorithm>
#include <cstring>

#include "hub/map/values.hpp"

namespace homeroom::map {

namespace {

using record::Column;
using record::Text;
using record::Type;

bool holds_texts(Type type) {
  return type == Type::text || type == Type::json || type == Type::list;
}

/// A list's items of the rows from `first` on, as if it were the first row.
Column list_from(const Column& column, uint32_t first, uint32_t rows, record::Arena& arena) {
  Column out = column;
  auto before = first ? column.ends[first - 1] : 0;
  auto* ends = arena.many<uint32_t>(rows);
  for (uint32_t row = 0; row < rows; ++row) ends[row] = column.ends[first + row] - before;
  out.values = static_cast<const Text*>(column.values) + before;
  out.ends = ends;
  return out;
}

}  // namespace

bool is_by_row(const Step& step) {
  switch (step.kind) {
    case Step::Kind::where:
    case Step::Kind::join:
    case Step::Kind::unnest:
    case Step::Kind::set:
    case Step::Kind::unpivot:
    case Step::Kind::refuse:
    case Step::Kind::assert_that:
      return true;
    default:
      return false;
  }
}

Relation range_of(const Relation& relation, uint32_t first, uint32_t rows, record::Arena& arena) {
  Relation out = relation;
  out.rows = rows;
  for (auto& column : out.columns) {
    if (!column.values) continue;
    if (column.type == Type::list)
      column = list_from(column, first, rows, arena);
    else
      column.values =
          static_cast<const char*>(column.values) + width_of(column.type) * column.stride * first;
    if (column.valid) column.valid += first;
  }
  for (auto& part : out.parts) part.rows += first;
  for (auto& fold : out.folded) fold.group_of += first;
  return out;
}

char* Joined::more(Values& values, std::size_t bytes, std::size_t expected) {
  if (values.size + bytes > values.room) {
    values.room = std::max(2 * (values.size + bytes), expected);
    auto* wider = arena_.take(values.room);
    if (values.size > 0) std::memcpy(wider, values.bytes, values.size);
    values.bytes = wider;
  }
  auto* from = values.bytes + values.size;
  values.size += bytes;
  return from;
}

void Joined::keep_texts(Text* texts, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i)
    if (texts[i].size > Text::most_inline && passing_.holds(texts[i].far))
      texts[i] = arena_.keep(texts[i]);
}

void Joined::add(const Relation& relation) {
  columns_.resize(relation.columns.size());
  parts_.resize(relation.parts.size());
  folded_.resize(relation.folded.size());
  for (std::size_t c = 0; c < columns_.size(); ++c)
    add_column(columns_[c], relation.columns[c], relation.rows);
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    parts_[p].first = relation.parts[p].stream;
    add_rows(parts_[p].second, relation.parts[p].rows, relation.rows);
  }
  for (std::size_t f = 0; f < folded_.size(); ++f) {
    folded_[f].first = relation.folded[f];
    add_rows(folded_[f].second, relation.folded[f].group_of, relation.rows);
  }
  rows_ += relation.rows;
}

void Joined::add_rows(Values& values, const uint32_t* rows, uint32_t count) {
  std::memcpy(more(values, count * sizeof *rows, expected_ * sizeof *rows), rows,
              count * sizeof *rows);
}

void Joined::add_column(Grown& grown, const Column& column, uint32_t rows) {
  if (!column.values) return;  // not carried on, by none of them
  grown.shape = column;
  auto* valid = more(grown.valid, rows, expected_);
  if (column.valid)
    std::memcpy(valid, column.valid, rows);
  else
    std::memset(valid, 1, rows);
  if (column.type == Type::list) return add_items(grown, column, rows);
  auto size = width_of(column.type);
  auto* values = more(grown.values, size * rows, size * expected_);
  if (column.stride == 0)
    for (uint32_t row = 0; row < rows; ++row) std::memcpy(values + size * row, column.values, size);
  else
    std::memcpy(values, column.values, size * rows);
  if (!holds_texts(column.type)) return;
  auto* texts = reinterpret_cast<Text*>(values);
  for (uint32_t row = 0; row < rows; ++row)
    if (!valid[row]) texts[row] = {};
  keep_texts(texts, rows);
}

void Joined::add_items(Grown& grown, const Column& column, uint32_t rows) {
  auto* ends = reinterpret_cast<uint32_t*>(
      more(grown.ends, rows * sizeof(uint32_t), expected_ * sizeof(uint32_t)));
  for (uint32_t row = 0; row < rows; ++row) ends[row] = grown.items + column.ends[row];
  auto items = rows ? column.ends[rows - 1] : 0;
  auto* texts =
      reinterpret_cast<Text*>(more(grown.values, items * sizeof(Text), expected_ * sizeof(Text)));
  if (items > 0) std::memcpy(static_cast<void*>(texts), column.values, items * sizeof(Text));
  keep_texts(texts, items);
  grown.items += items;
}

Relation Joined::take() {
  Relation out;
  out.rows = rows_;
  for (const auto& grown : columns_) {
    auto column = grown.shape;
    column.values = grown.values.bytes;
    column.valid = reinterpret_cast<const uint8_t*>(grown.valid.bytes);
    column.ends = reinterpret_cast<const uint32_t*>(grown.ends.bytes);
    column.stride = 1;
    out.columns.push_back(column);
  }
  for (const auto& [stream, rows] : parts_)
    out.parts.push_back({stream, reinterpret_cast<const uint32_t*>(rows.bytes)});
  for (const auto& [fold, rows] : folded_)
    out.folded.push_back({fold.from, fold.is_base, reinterpret_cast<const uint32_t*>(rows.bytes)});
  return out;
}

}  // namespace homeroom::map
