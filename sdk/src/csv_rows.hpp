// Rows: a file as chunks of whole rows, each an even grid of cell ends. Rows that do not fit the
// header are told to a listener and left out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "csv_cells.hpp"
#include "csv_marks.hpp"

#include "homeroom/csv.hpp"

namespace homeroom::csv {

/// A row that was left out; the view is valid during the call.
struct BadRow {
  uint64_t record, line, offset;
  std::vector<std::string_view> cells;  ///< original bytes, quotes included
  size_t bad_cell;                      ///< the one at fault, or npos if their number is wrong
  std::string why;
};

class Rows {
 public:
  /// Reads the first chunk and the header. Throws not_readable for UTF-16, NUL bytes, ...
  Rows(std::unique_ptr<CsvInput> input, const CsvOptions& options);

  std::function<void(const BadRow&)> on_bad_row;

  bool empty_file() const { return empty_; }
  const std::vector<std::string>& header() const { return header_; }
  CsvInput& input() { return *input_; }

  /// Goes to the next chunk with rows; false at the end of the file.
  bool advance();

  uint32_t count() const { return rows_; }  ///< good rows of this chunk
  const char* bytes() const { return buffer_.data(); }
  bool doubled_quotes() const { return !marks_.tidy; }  ///< there may be some in a quoted cell
  uint32_t width() const { return static_cast<uint32_t>(header_.size()); }
  /// Ends of the cells, row after row; `begins()[r]` is where row r begins, one more than rows.
  const uint32_t* ends() const { return marks_.at.get() + first_; }
  uint32_t begin(uint32_t row) const { return begins_[row]; }
  /// The cells of `count` rows, at most 64, from `row` on, without their quotes; valid until
  /// advance().
  void cut(uint32_t row, uint32_t count, Cells& cells) const;
  uint32_t last(uint32_t row) const { return ends()[(row + 1) * width() - 1]; }
  uint64_t offset(uint32_t row) const { return chunk_offset_ + begins_[row]; }
  /// Line and byte of the file, from 1 and from 0, of `count` rows from `row` on.
  void places(uint32_t row, uint32_t count, int64_t* lines, int64_t* offsets) const;
  uint64_t record(uint32_t row) const {
    return chunk_record_ + (numbers_.empty() ? row : numbers_[row]);
  }
  uint64_t records_seen() const { return chunk_record_ + chunk_records_ - 1; }

 private:
  void fill();
  void load();
  void check_bytes() const;
  void read_header();
  bool is_blank();
  bool is_even();
  bool quoted_well(uint32_t from, uint32_t to) const;
  void pick_even_rows();
  std::string fault(const std::vector<std::string_view>& cells, size_t& bad_cell) const;
  uint64_t line_of(uint32_t place) const;
  [[noreturn]] void refuse(uint64_t line, const std::string& why) const;
  /// `where`: how far it was looked for.
  [[noreturn]] void refuse_open_quote(const std::string& where = "") const;

  std::unique_ptr<CsvInput> input_;
  const CsvOptions& options_;
  std::vector<char> buffer_;
  uint32_t room_, have_ = 0, start_ = 0;
  bool done_ = false, newline_added_ = false, empty_ = false;
  bool fresh_ = true;  // the constructor's chunk, whose rows nobody has seen
  Marks marks_;
  std::vector<std::string> header_;
  uint32_t first_ = 0, rows_ = 0;
  std::vector<uint32_t> begins_, lines_, numbers_;
  uint64_t chunk_offset_ = 0, chunk_line_ = 1, chunk_record_ = 1, chunk_records_ = 0;
  uint64_t chunk_lines_ = 0;  // lines of this chunk's rows
  uint64_t header_lines_ = 0;
};

/// A cell without its quotes, "" undone.
std::string unquoted(std::string_view cell, char quote);
/// Is this whole UTF-8 (no surrogates, nothing overlong)?
bool is_utf8(std::string_view bytes);

}  // namespace homeroom::csv
