#include "hub/flow/stored_row.hpp"

#include <algorithm>

namespace homeroom::flow {

char* RowMemory::reserve(std::size_t most) {
  static constexpr std::size_t block = 1 << 20;
  if (at_ == nullptr || most > static_cast<std::size_t>(end_ - at_)) {
    std::size_t size = std::max(most, block);
    blocks_.emplace_back(new char[size + record::readable_behind]);
    at_ = blocks_.back().get();
    end_ = at_ + size;
  }
  return at_;
}

namespace {

char* write_size(char* out, uint32_t size) {
  while (size >= 0x80) {
    *out++ = static_cast<char>(size | 0x80);
    size >>= 7;
  }
  *out++ = static_cast<char>(size);
  return out;
}

std::size_t most_bytes(const std::vector<record::Column>& columns, uint32_t row) {
  std::size_t most = StoredRow::head + columns.size() * 5;
  for (const auto& column : columns)
    if (column.values && column.is_valid(row)) most += column.text_at(row).size;
  return most;
}

}  // namespace

StoredRow write_row(RowMemory& memory, const std::vector<record::Column>& columns, uint32_t row,
                    Origin origin) {
  char* start = memory.reserve(most_bytes(columns, row));
  char* out = start + StoredRow::head;
  for (const auto& column : columns) {
    if (!column.values || !column.is_valid(row)) {
      *out++ = 0;
      continue;
    }
    const auto& text = column.text_at(row);
    out = write_size(out, text.size + 1);
    std::memcpy(out, text.data(), text.size);
    out += text.size;
  }
  auto size = static_cast<uint32_t>(out - start);
  std::memcpy(start, &size, sizeof size);
  std::memcpy(start + 4, &origin, sizeof origin);
  memory.commit(size);
  return StoredRow(start);
}

}  // namespace homeroom::flow
