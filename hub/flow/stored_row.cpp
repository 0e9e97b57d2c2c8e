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

char* write_number(char* out, uint64_t number) {
  while (number >= 0x80) {
    *out++ = static_cast<char>(number | 0x80);
    number >>= 7;
  }
  *out++ = static_cast<char>(number);
  return out;
}

uint64_t read_number(const char*& at) {
  uint64_t number = 0;
  for (int shift = 0;; shift += 7) {
    auto byte = static_cast<unsigned char>(*at++);
    number |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return number;
  }
}

std::size_t most_bytes(const std::vector<record::Column>& columns, uint32_t row) {
  std::size_t most = StoredRow::most_head + columns.size() * 5;
  for (const auto& column : columns)
    if (column.values && column.is_valid(row)) most += column.text_at(row).size;
  return most;
}

}  // namespace

Origin StoredRow::origin() const {
  const char* at = bytes_ + 5;
  Origin origin;
  origin.run = static_cast<uint32_t>(read_number(at));
  origin.line = static_cast<uint32_t>(read_number(at));
  origin.offset = read_number(at);
  return origin;
}

StoredRow write_row(RowMemory& memory, const std::vector<record::Column>& columns, uint32_t row,
                    Origin origin) {
  char* start = memory.reserve(most_bytes(columns, row));
  char* out = start + 5;
  for (uint64_t number : {uint64_t{origin.run}, uint64_t{origin.line}, origin.offset})
    out = write_number(out, number);
  start[4] = static_cast<char>(out - start);
  for (const auto& column : columns) {
    if (!column.values || !column.is_valid(row)) {
      *out++ = 0;
      continue;
    }
    const auto& text = column.text_at(row);
    out = write_number(out, text.size + 1);
    std::memcpy(out, text.data(), text.size);
    out += text.size;
  }
  auto size = static_cast<uint32_t>(out - start);
  std::memcpy(start, &size, sizeof size);
  memory.commit(size);
  return StoredRow(start);
}

}  // namespace homeroom::flow
