// TextTable: the rows of one batch as Arrow utf8-views over one buffer of bytes, filled cell by
// cell and used again for the next batch.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "homeroom/plugin.h"

namespace homeroom::fhir_ndjson {

class TextTable {
 public:
  /// Room for `rows` rows of these columns; _line and _offset are added behind them.
  TextTable(std::vector<std::string> names, uint32_t rows);

  void start_row();
  /// Fills a cell of the started row unless it is filled already.
  void set(int column, std::string_view text) {
    if (is_set(column)) return;
    cells_[static_cast<size_t>(column)][rows_] = view(text);
    valid_[static_cast<size_t>(column)][rows_] = 1;
  }
  bool is_set(int column) const { return valid_[static_cast<size_t>(column)][rows_] != 0; }
  /// Keeps the started row.
  void end_row(uint64_t line, uint64_t offset);

  /// Forgets the started row.
  void drop_row() { used_ = used_before_; }

  uint32_t rows() const { return rows_; }
  uint64_t bytes() const { return used_; }
  bool is_full() const { return rows_ == most_rows_; }
  /// The longest text of the started row.
  size_t longest_of_row() const { return longest_; }
  void clear();

  /// Lends the rows to a batch; they stand until clear().
  void lend(hr_batch* batch);

 private:
  struct View {
    uint32_t size;
    char prefix[4];
    union {
      char rest[8];
      struct {
        int32_t buffer;
        int32_t offset;
      } far;
    };
  };
  static_assert(sizeof(View) == 16);
  static constexpr uint32_t most_inline = 12;

  View view(std::string_view text) {
    View made{};
    made.size = static_cast<uint32_t>(text.size());
    if (text.size() <= most_inline) {
      std::memcpy(made.prefix, text.data(), text.size());
      return made;
    }
    longest_ = std::max(longest_, text.size());
    std::memcpy(made.prefix, text.data(), 4);
    made.far.offset = static_cast<int32_t>(keep(text));
    return made;
  }
  size_t keep(std::string_view text) {
    if (used_ + text.size() > bytes_.size()) bytes_.resize(2 * (used_ + text.size()));
    std::memcpy(bytes_.data() + used_, text.data(), text.size());
    size_t at = used_;
    used_ += text.size();
    return at;
  }
  void pack_validity(size_t column);

  std::vector<std::string> names_;
  uint32_t most_rows_;
  uint32_t rows_ = 0;
  std::vector<std::vector<View>> cells_;
  std::vector<std::vector<uint8_t>> valid_;
  std::vector<int64_t> lines_;
  std::vector<int64_t> offsets_;
  std::vector<char> bytes_;
  size_t used_ = 0;
  size_t longest_ = 0;
  size_t used_before_ = 0;  ///< the started row

  // What a lent batch points to.
  std::vector<std::vector<uint8_t>> bits_;
  int64_t data_size_ = 0;
  std::vector<std::vector<const void*>> buffers_;
  std::vector<ArrowArray> arrays_;
  std::vector<ArrowArray*> array_list_;
  std::vector<ArrowSchema> schemas_;
  std::vector<ArrowSchema*> schema_list_;
  const void* no_validity_ = nullptr;
};

}  // namespace homeroom::fhir_ndjson
