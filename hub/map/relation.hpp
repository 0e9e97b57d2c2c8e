// Relation: rows with columns while a table's steps run over a block. Each row knows the stream
// rows it was made from, part by part: part 0 is the base, the others were joined.
#pragma once

#include <cstdint>
#include <vector>

#include "hub/map/plan.hpp"
#include "hub/record/arena.hpp"

namespace homeroom::map {

struct Relation {
  uint32_t rows = 0;
  std::vector<record::Column> columns;  ///< not carried on: values == nullptr
  std::vector<Part> parts;
  std::vector<Folded> folded;
};

/// The rows `from[0..count)` of a column; `none` gives null. Missing columns stay missing.
record::Column gather(const record::Column& column, const uint32_t* from, uint32_t count,
                      record::Arena& arena);
uint32_t* gather_rows(const uint32_t* rows, const uint32_t* from, uint32_t count,
                      record::Arena& arena);

/// The rows `from` of a relation, columns of `needed` only. All rows in their order are the
/// relation itself, nothing is copied.
Relation select(const Relation& relation, const uint32_t* from, uint32_t count,
                const std::vector<uint8_t>& needed, record::Arena& arena);

/// Two columns of one type one behind the other; a missing one is null everywhere.
record::Column append(const record::Column& first, uint32_t first_rows,
                      const record::Column& second, uint32_t second_rows, record::Arena& arena);

/// Of the values of a row, nulls among them. Rows of one group, and those that a RowIndex finds by
/// each other, have the same.
uint64_t hash_row(const std::vector<const record::Column*>& columns, uint32_t row);

/// Groups rows that have the same values, nulls among them: the number of each row's group, in the
/// order of their first rows, which are the answer.
std::vector<uint32_t> number_groups(const std::vector<const record::Column*>& columns,
                                    uint32_t rows, uint32_t* group_of);

/// Finds rows by the values of columns, of any type. Nothing equals a null.
class RowIndex {
 public:
  RowIndex(const std::vector<const record::Column*>& columns, uint32_t rows);
  /// The first row with these values, or none; next() gives further ones in the order of rows.
  uint32_t find(const std::vector<const record::Column*>& values, uint32_t row) const;
  /// The same for rows [0, rows): the memory they need is asked for ahead of them.
  void find_all(const std::vector<const record::Column*>& values, uint32_t rows,
                uint32_t* found) const;
  uint32_t next(uint32_t row) const { return next_.empty() ? none : next_[row]; }

 private:
  struct Slot {
    uint32_t row;
    uint32_t tag;  ///< of the hash: most other values are told apart without a look at them
  };
  /// Where the first row with these values stands, or the free slot where it would.
  std::size_t slot_of(const std::vector<const record::Column*>& values, uint32_t row,
                      uint64_t hash) const;

  std::vector<record::Column> columns_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> next_;  ///< empty while no two rows have the same values
};

}  // namespace homeroom::map
