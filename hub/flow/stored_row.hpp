// StoredRow: one source row as it is kept in memory and, sealed, in a frame.
//
// Layout: u32 size of all | u8 size of the head | origin (run, file, line, offset) | cells, each: 0
// for null, else size + 1, and the bytes. Numbers without a size here are of variable length. The
// origin names the run that last changed the row; it is outside every comparison and hash (design
// 6: no change, no new version).
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "hub/flow/run_memory.hpp"
#include "hub/record/column.hpp"
#include "hub/record/varint.hpp"

namespace homeroom::flow {

struct Origin {
  uint32_t run = 0;
  uint32_t file = 0;  ///< its number in FileNames
  uint32_t line = 0;
  uint64_t offset = 0;  ///< byte of the file; the record's number where there are no lines

  /// Number of the record from 1, where the source has no lines; else 0.
  uint64_t record() const { return line == 0 ? offset : 0; }
};

/// A row inside memory that outlives it and has `readable_behind` bytes behind.
class StoredRow {
 public:
  static constexpr std::size_t most_head = 5 + 5 + 5 + 5 + 10;

  explicit StoredRow(const char* bytes) : bytes_(bytes) {}
  uint32_t size() const {
    uint32_t size;
    std::memcpy(&size, bytes_, sizeof size);
    return size;
  }
  Origin origin() const;
  std::string_view cells() const { return {bytes_ + head(), size() - head()}; }
  std::string_view all() const { return {bytes_, size()}; }
  const char* bytes() const { return bytes_; }

 private:
  std::size_t head() const { return static_cast<unsigned char>(bytes_[4]); }

  const char* bytes_;
};

/// Steps through the cells of a row.
class CellReader {
 public:
  explicit CellReader(std::string_view cells) : at_(cells.data()) {}
  /// The next cell; false for null.
  bool next(record::Text& text) {
    auto size = record::read_number(at_);
    if (size == 0) return false;
    text = record::text_in_buffer(at_, size - 1);
    at_ += size - 1;
    return true;
  }

 private:
  const char* at_;
};

/// Memory for rows and what is made of them: one after another, given back all at once.
class RowMemory {
 public:
  explicit RowMemory(RunMemory& memory) : memory_(memory) {}

  /// Room for `most` bytes and `readable_behind` more; say with commit() how many it took.
  char* reserve(std::size_t most);
  void commit(std::size_t used) { at_ += used; }
  /// Where memory ends now, and giving back all that was taken since.
  struct Mark {
    std::size_t blocks = 0;
    char* at = nullptr;
  };
  Mark mark() const { return {blocks_.size(), at_}; }
  void rewind(const Mark& mark);
  /// Gives it all back.
  void forget();

 private:
  char* end_of_last() const;

  RunMemory& memory_;
  std::vector<RunMemory::Block> blocks_;
  char* at_ = nullptr;
  char* end_ = nullptr;
};

/// The row with the cells of `former` in some columns (by number, ascending); both lie alike.
StoredRow with_former_cells(RowMemory& memory, StoredRow row, StoredRow former,
                            const std::vector<uint32_t>& which, std::size_t columns);

/// Writes row `row` of the columns (text; a missing column has values == nullptr) and returns it.
StoredRow write_row(RowMemory& memory, const std::vector<record::Column>& columns, uint32_t row,
                    Origin origin);

}  // namespace homeroom::flow
