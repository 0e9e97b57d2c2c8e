// Cells: where the cells of some rows begin and end, and the views of a column of them. Each loop
// does one thing to all cells and has no branch a cell: neighbours differ, and a wrong guess costs
// more than what it spares.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "homeroom/batch.hpp"

namespace homeroom::csv {

/// The cells of up to 64 rows, row after row, in a chunk that has 16 readable bytes behind each.
class Cells {
 public:
  static constexpr uint32_t most_rows = 64;

  /// Takes `rows` rows of `width` cells. `ends` says where each cell ends; the next one begins
  /// behind it, the first one at `begin`. There are 4 readable places behind the last of `ends`.
  void cut(const uint32_t* ends, uint32_t rows, uint32_t width, uint32_t begin);
  /// Lets a row begin elsewhere than behind the one above.
  void begin_row(uint32_t row, uint32_t at);
  /// Cuts a \r before the end of each row.
  void cut_returns(const char* bytes);
  /// Cuts the quotes around a cell, by its number.
  void unquote(uint32_t cell);
  /// Cuts the quotes around all cells that have some; what stands twice between them stays so.
  void unquote(const char* bytes, char quote);

  uint32_t rows() const { return rows_; }
  std::string_view at(const char* bytes, uint32_t row, uint32_t column) const {
    uint32_t cell = row * width_ + column;
    return {bytes + from_[cell], size_[cell]};
  }
  /// Was this cell cut out of quotes?
  bool is_quoted(const char* bytes, char quote, uint32_t row, uint32_t column) const {
    uint32_t from = from_[row * width_ + column];
    return from > 0 && bytes[from - 1] == quote;
  }
  /// The views of one column: its texts lie in buffer 0, which begins at `base` of the chunk. Says
  /// with a bit for each row which are not empty.
  uint64_t view(uint32_t column, const char* bytes, uint32_t base, TextView* out) const;

 private:
  void set_size(uint32_t cell, uint32_t size);

  uint32_t rows_ = 0, width_ = 0;
  std::vector<uint32_t> from_, size_;  // of each cell; some room behind
  std::vector<uint8_t> mask_;          // which of view_masks its size asks for
};

}  // namespace homeroom::csv
