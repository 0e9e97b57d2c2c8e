#include "hub/flow/frame.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace homeroom::flow {

void write_frame(std::string& out, std::string_view contribution, std::span<const RowRef> rows) {
  out.clear();
  auto put = [&](auto value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); };
  put(static_cast<uint32_t>(contribution.size()));
  out.append(contribution);
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t end = i;
    while (end < rows.size() && rows[end].stream == rows[i].stream) ++end;
    put(rows[i].stream);
    put(static_cast<uint32_t>(end - i));
    for (; i < end; ++i) out.append(StoredRow(rows[i].row).all());
  }
}

std::string_view contribution_of(std::string_view frame) {
  if (frame.empty()) return {};
  uint32_t size;
  std::memcpy(&size, frame.data(), sizeof size);
  return frame.substr(sizeof size, size);
}

record::RowView student_row(std::string_view contribution, record::EntityId student) {
  record::RowView found(contribution);
  record::each_row(contribution, [&](const record::RowView& row) {
    if (row.entity() == student) found = row;
  });
  return found;
}

uint64_t row_hash(std::string_view cells, uint64_t seed) {
  return XXH3_64bits_withSeed(cells.data(), cells.size(), seed);
}

void pack_sums(std::span<const RowRef> rows, uint64_t seed, std::string& out) {
  out.clear();
  auto put = [&](auto value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); };
  for (std::size_t i = 0; i < rows.size();) {
    StreamSum sum{rows[i].stream, 0, 0};
    for (; i < rows.size() && rows[i].stream == sum.stream; ++i) {
      ++sum.count;
      sum.sum += row_hash(StoredRow(rows[i].row).cells(), seed);
    }
    put(sum.stream);
    put(sum.count);
    put(sum.sum);
  }
  auto asides = std::ranges::count_if(rows, [](const RowRef& row) { return row.is_aside; });
  if (asides == 0) return;
  put(aside_sum);
  put(static_cast<uint32_t>(asides));
  put(uint64_t{0});
}

}  // namespace homeroom::flow
