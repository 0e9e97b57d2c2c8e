#include "hub/flow/row_lines.hpp"

#include <algorithm>

namespace homeroom::flow {

void RowLines::add(uint32_t file, uint32_t rows, const std::vector<uint32_t>& lines) {
  for (uint32_t i = 0; i < rows; ++i, ++rows_) {
    auto line = i < lines.size() ? lines[i] : 0;
    if (!runs_.empty()) {
      const auto& last = runs_.back();
      auto next = last.line == 0 ? 0 : last.line + (rows_ - last.first);
      if (last.file == file && line == next) continue;
    }
    runs_.push_back({rows_, file, line});
  }
}

FileLine RowLines::at(uint32_t row) const {
  auto after = std::ranges::upper_bound(runs_, row, {}, &Run::first);
  if (row >= rows_ || after == runs_.begin()) return {};
  const auto& run = *std::prev(after);
  return {run.file, run.line == 0 ? 0 : run.line + (row - run.first)};
}

}  // namespace homeroom::flow
