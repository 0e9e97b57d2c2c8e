// What the parts of FarTables share: steps run on some rows, and how rows are parted and put
// together.
#pragma once

#include "hub/map/far_parts.hpp"
#include "hub/map/lookups.hpp"
#include "hub/map/steps.hpp"

namespace homeroom::map {

/// By another hash each time: what is together after so many is one key, or made to have equal
/// hashes.
inline constexpr int most_depth = 24;

/// The numbers that rows have from the relation they were parted from; nullptr: they have none.
const uint32_t* numbers_of(const Relation& relation);
/// Rows are parted by the values of these columns.
KeysOf keys_of_columns(const std::vector<uint32_t>& columns);

/// What one thread makes of some rows.
struct Working {
  Working(const Plan& plan, record::Arena& arena, const Lookups* lookups = nullptr)
      : state{plan, block, arena, output, {}, {}, nullptr, nullptr, lookups},
        steps(state, indexes) {
    output.fates.resize(plan.reads.size());
  }
  Block block;
  Output output;
  BlockState state;
  ReferenceIndexes indexes;
  StepRunner steps;
};

}  // namespace homeroom::map
