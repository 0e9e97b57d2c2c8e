// homeroom/batch.hpp - the rows of one batch as Arrow columns, over buffers that are used again.
// Texts are 16-byte utf8-views: short ones lie in the view itself, longer ones point into the
// reader's own chunk (buffer 0) or into the batch's arena (buffer 1).
#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "homeroom/plugin.h"

namespace homeroom {

/// Arrow's utf8-view in two words: length and the first 4 bytes; then 8 more bytes, or the buffer's
/// number and the offset in it.
struct TextView {
  uint64_t head = 0;
  uint64_t tail = 0;
};
static_assert(sizeof(TextView) == 16);

/// Which bytes of a view belong to a text that lies in it, by its size; the last for longer texts,
/// of which it holds size and first bytes alone.
struct ViewMasks {
  TextView of[14];
  constexpr ViewMasks() : of{} {
    for (uint32_t size = 0; size <= 13; ++size) {
      uint32_t letters = size <= 12 ? size : 4;
      of[size].head = letters < 4 ? ~(~uint64_t{0} << (4 + letters) * 8) : ~uint64_t{0};
      of[size].tail = letters <= 4   ? 0
                      : letters < 12 ? ~(~uint64_t{0} << (letters - 4) * 8)
                                     : ~uint64_t{0};
    }
  }
};
inline constexpr ViewMasks view_masks;

/// A view of `size` bytes at `from`, which has 16 readable bytes behind its end. No branch: sizes
/// of neighbours differ, and a wrong guess costs more than all of it.
inline TextView text_view(const char* from, uint32_t size, uint32_t buffer, uint32_t offset) {
  uint32_t first;
  uint64_t rest;
  std::memcpy(&first, from, 4);
  std::memcpy(&rest, from + 4, 8);
  uint64_t is_far = uint64_t{0} - static_cast<uint64_t>(size > 12);
  const TextView& mask = view_masks.of[size > 12 ? 13 : size];
  return {(size | uint64_t{first} << 32) & mask.head,
          (rest & mask.tail) | ((buffer | uint64_t{offset} << 32) & is_far)};
}

/// A text column: as many views as rows, one validity bit a row (1 = there is a text).
struct TextColumn {
  std::string name;
  std::vector<TextView> views;
  std::vector<uint64_t> valid;
  int64_t nulls = 0;

  /// As many rows, all with a text; what the views hold is the caller's work.
  void resize(size_t rows);
  /// There is nothing in this row.
  void set_null(size_t row);
  /// Which of the `rows` (at most 64) from `first` on, a multiple of 64, have a text: a bit each.
  void set_valid(size_t first, size_t rows, uint64_t bits);
};

/// A column of 64-bit integers without nulls.
struct IntegerColumn {
  std::string name;
  std::vector<int64_t> values;
};

/// The rows a reader gives at a time. Columns are declared once; rows are filled anew each time.
/// At most one batch of a reader is out, so nothing is allocated once the buffers have grown.
class Batch {
 public:
  Batch() = default;
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  /// Declares columns; the order of declaration is the order in Arrow. References stay valid.
  TextColumn& add_text(std::string_view name);
  /// A column of numbers, without nulls.
  IntegerColumn& add_integer(std::string_view name);
  /// Are there columns yet?
  bool declared() const { return !order_.empty(); }

  /// Rows gone, columns and buffers kept.
  void clear();
  /// How many rows there are.
  size_t rows() const { return rows_; }
  /// Sets the length of every column; the caller fills all rows of all columns.
  void resize(size_t rows);

  /// Appends one row of texts, copied into the arena; an empty one is null. There must be as many
  /// as text columns, and integers as many as integer columns.
  void add(const std::vector<std::string_view>& texts, const std::vector<int64_t>& integers = {});

  /// The bytes views with buffer 0 point into; they stay the caller's and must outlive the batch.
  void borrow(std::string_view chunk) { chunk_ = chunk; }
  /// `size` bytes of the arena (buffer 1), with 16 readable behind; valid until the next call.
  char* arena(uint32_t size);
  /// Offset in the arena of what arena() gave last.
  uint32_t arena_offset() const { return static_cast<uint32_t>(arena_at_); }
  /// A view of a text that is copied if it is too long to lie in the view itself.
  TextView copy(std::string_view from);

  /// The text columns in the order of their declaration.
  const std::deque<TextColumn>& texts() const { return texts_; }
  /// The text in a row of one of texts(); empty for null. Valid until the rows change.
  std::string_view text_at(const TextColumn& column, size_t row) const;

  uint64_t first_record = 1;  ///< number of the first row's record, from 1
  std::string place;          ///< file or page of these rows
  std::string cursor;         ///< where a later read may resume; empty: nowhere

  /// Fills the contract's struct. It points into this batch until it is released.
  void lend(hr_batch& out);

 private:
  void lend_text(TextColumn& column, size_t at);
  void lend_integers(IntegerColumn& column, size_t at);

  struct Ref {
    bool is_text;
    size_t at;
  };
  std::vector<Ref> order_;
  std::deque<TextColumn> texts_;
  std::deque<IntegerColumn> integers_;
  size_t rows_ = 0;
  std::string_view chunk_;
  std::vector<char> arena_;
  size_t arena_used_ = 0, arena_at_ = 0;

  struct Buffers {
    const void* at[5];
  };
  std::vector<ArrowArray> arrays_;
  std::vector<ArrowSchema> schemas_;
  std::vector<ArrowArray*> array_list_;
  std::vector<ArrowSchema*> schema_list_;
  std::vector<Buffers> buffers_;
  int64_t sizes_[2] = {};  // of chunk and arena
  const void* no_validity_[1] = {nullptr};
};

}  // namespace homeroom
