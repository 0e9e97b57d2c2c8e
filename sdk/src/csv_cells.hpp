// Cells: where the cells of one column begin and end, 64 rows at a time, and the views of them.
// Each loop does one thing to all rows and has no branch a row: neighbours differ, and a wrong
// guess costs more than what it spares.
#pragma once

#include <cstdint>
#include <string_view>

#include "homeroom/batch.hpp"

namespace homeroom::csv {

/// Cells of up to 64 rows below each other. Behind the last one sizes are 0.
struct Cells {
  static constexpr uint32_t most = 64;
  uint32_t count = 0;
  uint32_t from[most];  ///< in the chunk
  uint32_t size[most];

  std::string_view at(const char* bytes, uint32_t row) const {
    return {bytes + from[row], size[row]};
  }
  /// Cuts the quotes around cells; what stands twice between them stays so.
  void unquote(const char* bytes, char quote);
  /// Was this cell cut out of quotes?
  bool is_quoted(const char* bytes, char quote, uint32_t row) const {
    return from[row] > 0 && bytes[from[row] - 1] == quote;
  }
  /// A bit for each cell that is not empty.
  uint64_t filled() const;
  /// Their views: the texts lie in buffer 0, which begins at `base` of the chunk.
  void view(const char* bytes, uint32_t base, TextView* out) const;
};

/// The cells of one column, row after row. Their bounds lie in two lists, a fixed step apart, so
/// other columns are not looked at.
struct ColumnCells {
  const char* bytes;
  const uint32_t* before;  ///< the mark before a cell; of the first column where the row begins
  uint32_t before_step, behind_mark;
  const uint32_t* end;
  uint32_t end_step;
  bool ends_row;  ///< a \r before the row's end is no part of the cell
  bool has_quotes;
  char quote;

  /// The next `count` cells, at most 64, without their quotes.
  void next(uint32_t count, Cells& out);
};

}  // namespace homeroom::csv
