// The measures of a group step, over columns whose rows are numbered by group.
#pragma once

#include "hub/map/plan.hpp"
#include "hub/record/arena.hpp"

namespace homeroom::map {

/// One value a group. `values` is null for a plain count; a group with no value to measure is null
/// (count: 0).
record::Column take_measure(Aggregate kind, const record::Column* values, const uint32_t* group,
                            uint32_t rows, uint32_t groups, record::Arena& arena);

/// Two columns of one type (no lists) one behind the other; a missing one is null everywhere.
record::Column append(const record::Column& first, uint32_t first_rows, const record::Column& second,
                      uint32_t second_rows, record::Arena& arena);

}  // namespace homeroom::map
