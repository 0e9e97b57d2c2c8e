#include "hub/flow/held_stream.hpp"

#include <algorithm>

namespace homeroom::flow {

namespace {

/// Null texts are left empty: what is not valid may be anything.
void keep_texts(const record::Column& column, uint32_t rows, record::Arena& arena,
                record::Text* to) {
  for (uint32_t row = 0; row < rows; ++row)
    to[row] = column.is_valid(row) ? arena.keep(column.text_at(row)) : record::Text{};
}

}  // namespace

void HeldStream::add(const map::StreamRows& rows) {
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    auto* texts = columns_[c].texts.more(rows.rows);
    auto* valid = columns_[c].valid.more(rows.rows);
    const auto& column = rows.columns[c];
    if (!column.values) {
      std::fill_n(texts, rows.rows, record::Text{});
      std::fill_n(valid, rows.rows, uint8_t{0});
      continue;
    }
    keep_texts(column, rows.rows, arena_, texts);
    if (column.valid)
      std::copy_n(column.valid, rows.rows, valid);
    else
      std::fill_n(valid, rows.rows, uint8_t{1});
  }
  lines_.insert(lines_.end(), rows.lines.begin(), rows.lines.end());
  rows_ += rows.rows;
}

map::StreamRows HeldStream::rows() const {
  map::StreamRows rows;
  rows.rows = rows_;
  rows.lines = lines_;
  for (const auto& held : columns_) {
    auto& column = rows.columns.emplace_back();
    column.values = held.texts.begin();
    column.valid = held.valid.begin();
  }
  return rows;
}

map::StreamRows kept(const map::StreamRows& rows, record::Arena& arena) {
  map::StreamRows made = rows;
  for (auto& column : made.columns) {
    if (!column.values) continue;
    auto* texts = arena.many<record::Text>(rows.rows);
    keep_texts(column, rows.rows, arena, texts);
    column.values = texts;
    column.stride = 1;
    if (!column.valid) continue;
    auto* valid = arena.many<uint8_t>(rows.rows);
    std::copy_n(column.valid, rows.rows, valid);
    column.valid = valid;
  }
  return made;
}

}  // namespace homeroom::flow
