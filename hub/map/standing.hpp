// Standing: streams that stand whole while slices of others are run, and the tables made of them. Made
// once, then read by any number of threads.
#pragma once

#include "hub/map/lookups.hpp"
#include "hub/map/map.hpp"
#include "hub/map/steps.hpp"

namespace homeroom::map {

struct Standing {
  Standing(const Plan& plan, Block given);

  Block block;
  record::Arena arena;
  Output output;
  BlockState state;
  Lookups lookups;  ///< of the joins of slices
};

/// How the entities of a plan are made.
struct SlicePlan {
  Slicing slicing;
  /// By entity: the stream whose slices it is made from, or the number of streams and the table that is
  /// made whole before.
  std::vector<uint32_t> driver;
};
SlicePlan plan_slices(const Plan& plan);

/// The rows of a slice as the first relation of `table`.
Relation rows_of(const Slice& slice, const Table& table, record::Arena& arena);

}  // namespace homeroom::map
