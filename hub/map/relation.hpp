// Relation: rows with columns while a table's steps run over a block. Each row knows the stream rows it
// was made from, part by part: part 0 is the base, the others were joined.
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
uint32_t* gather_rows(const uint32_t* rows, const uint32_t* from, uint32_t count, record::Arena& arena);

/// The rows `from` of a relation, columns of `needed` only.
Relation select(const Relation& relation, const uint32_t* from, uint32_t count,
                const std::vector<uint8_t>& needed, record::Arena& arena);

uint64_t hash_of(const record::Text& text);

/// Finds rows by the values of columns, as `=` compares them; what is looked up has the types of what was
/// given. Rows with a null among them are not found.
class RowIndex {
 public:
  RowIndex(const std::vector<const record::Column*>& columns, uint32_t rows);
  /// The first row with these values, or none; next() gives further ones in the order of rows.
  uint32_t find(const std::vector<const record::Column*>& values, uint32_t row) const;
  uint32_t next(uint32_t row) const { return next_[row]; }

 private:
  std::vector<record::Column> columns_;
  std::vector<uint32_t> slots_;
  std::vector<uint32_t> next_;
};

}  // namespace homeroom::map
