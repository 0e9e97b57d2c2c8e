// One Arrow array becomes one record::Column.
#pragma once

#include <string>

#include "homeroom/arrow_c.h"
#include "hub/record/arena.hpp"
#include "hub/record/column.hpp"

namespace homeroom::plugin {

/// Rows [first, first + rows) of a child array.
struct Slice {
  const ArrowSchema& schema;
  const ArrowArray& array;
  int64_t first;
  uint32_t rows;
  const std::string& name;  ///< for messages
};

struct Imported {
  record::Column column;
  uint64_t bytes = 0;  ///< of text
};

/// Throws Error(fail) naming the column where the array breaks Arrow's rules or the contract's
/// bounds.
Imported import_column(const Slice& slice, record::Arena& arena);

}  // namespace homeroom::plugin
