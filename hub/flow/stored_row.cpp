#include "hub/flow/stored_row.hpp"

#include <algorithm>

namespace homeroom::flow {

char* RowMemory::reserve(std::size_t most) {
  if (at_ == nullptr || most > static_cast<std::size_t>(end_ - at_)) {
    at_ = blocks_.emplace_back(memory_.need(most + record::readable_behind)).data();
    end_ = end_of_last();
  }
  return at_;
}

char* RowMemory::end_of_last() const {
  const auto& block = blocks_.back();
  return block.data() + block.size() - record::readable_behind;
}

void RowMemory::rewind(const Mark& mark) {
  if (mark.blocks == 0) return forget();
  bool has_block_given = blocks_.size() > mark.blocks;
  while (blocks_.size() > mark.blocks) blocks_.pop_back();
  at_ = mark.at;
  if (has_block_given) end_ = end_of_last();
}

void RowMemory::forget() {
  blocks_.clear();
  at_ = end_ = nullptr;
}

namespace {

std::size_t most_bytes(const std::vector<record::Column>& columns, uint32_t row) {
  std::size_t most = StoredRow::most_head + columns.size() * 5 + record::Text::most_inline;
  for (const auto& column : columns)
    if (column.values && column.is_valid(row)) most += column.text_at(row).size;
  return most;
}

}  // namespace

Origin StoredRow::origin() const {
  const char* at = bytes_ + 5;
  Origin origin;
  origin.run = record::read_number(at);
  origin.file = record::read_number(at);
  origin.line = record::read_number(at);
  origin.offset = record::read_number<uint64_t>(at);
  return origin;
}

StoredRow write_row(RowMemory& memory, const std::vector<record::Column>& columns, uint32_t row,
                    Origin origin) {
  char* start = memory.reserve(most_bytes(columns, row));
  char* out = start + 5;
  for (uint64_t number :
       {uint64_t{origin.run}, uint64_t{origin.file}, uint64_t{origin.line}, origin.offset})
    out = record::write_number(out, number);
  start[4] = static_cast<char>(out - start);
  for (const auto& column : columns) {
    if (!column.values || !column.is_valid(row)) {
      *out++ = 0;
      continue;
    }
    const auto& text = column.text_at(row);
    out = record::write_number(out, text.size + 1);
    if (text.size <= record::Text::most_inline)
      std::memcpy(out, &text.prefix, record::Text::most_inline);  // of a fixed size: no call
    else
      std::memcpy(out, text.far, text.size);
    out += text.size;
  }
  auto size = static_cast<uint32_t>(out - start);
  std::memcpy(start, &size, sizeof size);
  memory.commit(size);
  return StoredRow(start);
}

StoredRow with_former_cells(RowMemory& memory, StoredRow row, StoredRow former,
                            const std::vector<uint32_t>& which, std::size_t columns) {
  std::vector<record::Text> texts(columns);
  std::vector<uint8_t> valid(columns);
  std::vector<record::Column> cells(columns);
  CellReader now(row.cells()), before(former.cells());
  for (std::size_t c = 0; c < columns; ++c) {
    record::Text old;
    bool had = before.next(old);
    valid[c] = now.next(texts[c]);
    if (std::ranges::binary_search(which, static_cast<uint32_t>(c))) {
      texts[c] = old;
      valid[c] = had;
    }
    cells[c].values = &texts[c];
    cells[c].valid = &valid[c];
  }
  return write_row(memory, cells, 0, row.origin());
}

}  // namespace homeroom::flow
