// The measures of a group step, over columns whose rows are numbered by group.
#pragma once

#include "hub/map/plan.hpp"
#include "hub/record/arena.hpp"

namespace homeroom::map {

/// Rows numbered by group.
struct Groups {
  const uint32_t* of = nullptr;
  uint32_t rows = 0;
  uint32_t count = 0;
};

/// The values of a measure's parts for all rows.
struct Measured {
  std::optional<record::Column> value;  ///< none for a plain count
  std::optional<record::Column> test;   ///< rows count in which it is true; none: all do
  std::vector<record::Column> order;
};

/// One value a group. A group with no value to measure is null (count: 0). Groups whose sum has too
/// many digits are null too and marked in `is_too_large`.
record::Column take_measure(const Measure& measure, const Measured& measured, const Groups& groups,
                            record::Arena& arena, std::vector<uint8_t>& is_too_large);

/// Of a measure that is one of its values, or made of several: the rows without which it would be
/// another one, of each group in the order in which they count.
std::vector<uint32_t> rows_that_matter(const Measure& measure, const Measured& measured,
                                       const Groups& groups);

}  // namespace homeroom::map
