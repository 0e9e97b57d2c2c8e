#include "hub/flow/reference_columns.hpp"

#include <algorithm>

#include "hub/flow/intake.hpp"

namespace homeroom::flow {

void ReferenceColumns::know(std::vector<RowRef> rows, std::size_t columns, record::Arena& arena) {
  rows_ = std::move(rows);
  std::vector<const RowRef*> pointers;
  for (const auto& row : rows_) pointers.push_back(&row);
  columns_.rows = static_cast<uint32_t>(pointers.size());
  columns_.columns = decode(pointers, columns, arena);
  for (const auto* row : pointers) columns_.lines.push_back(StoredRow(row->row).origin().line);
  fates.assign(pointers.size(), map::Fate::filtered);
}

void ReferenceColumns::look_up_in(ReferencePages pages, uint32_t key, uint16_t stream,
                                  std::size_t columns) {
  pages_.emplace(std::move(pages));
  key_ = key;
  stream_ = stream;
  texts_.resize(columns);
  valid_.resize(columns);
  columns_.columns.resize(columns);
}

const map::StreamRows& ReferenceColumns::with(const std::vector<std::string_view>& keys,
                                              record::Arena& arena) {
  for (auto key : keys) {
    if (!named_.emplace(key).second) continue;
    auto place = pages_->place_of(key);
    if (place == ReferencePages::nowhere) continue;
    for (const auto& [of_row, row] : page(place).rows)
      if (of_row == key) add(row, arena);
  }
  return columns_;
}

const ReferenceColumns::Page& ReferenceColumns::page(std::size_t place) {
  auto [found, is_new] = open_.try_emplace(place);
  auto& page = found->second;
  if (!is_new) return page;
  page.bytes = pages_->page(place);
  auto size = page.bytes.size();
  page.bytes.append(record::readable_behind, '\0');
  for (const char* at = page.bytes.data(); at < page.bytes.data() + size;
       at += StoredRow(at).size())
    page.rows.emplace_back(key_text({key_}, StoredRow(at).cells()), at);
  return page;
}

/// Columns grow to twice their room; those that were given out before stay in the arena.
void ReferenceColumns::make_room(record::Arena& arena) {
  room_ = std::max<std::size_t>(256, room_ * 2);
  for (std::size_t c = 0; c < texts_.size(); ++c) {
    auto* texts = arena.many<record::Text>(room_);
    auto* valid = arena.many<uint8_t>(room_);
    std::copy_n(texts_[c], rows_.size(), texts);
    std::copy_n(valid_[c], rows_.size(), valid);
    columns_.columns[c].values = texts_[c] = texts;
    columns_.columns[c].valid = valid_[c] = valid;
  }
}

void ReferenceColumns::add(const char* row, record::Arena& arena) {
  if (rows_.size() == room_) make_room(arena);
  CellReader cells(StoredRow(row).cells());
  auto number = rows_.size();
  for (std::size_t c = 0; c < texts_.size(); ++c) {
    record::Text text;
    valid_[c][number] = cells.next(text);
    texts_[c][number] = valid_[c][number] ? text : record::Text{};
  }
  auto& ref = rows_.emplace_back();
  ref.stream = stream_;
  ref.row = row;
  columns_.lines.push_back(StoredRow(row).origin().line);
  columns_.rows = static_cast<uint32_t>(rows_.size());
}

}  // namespace homeroom::flow
