// Standing: streams that stand whole while slices of others are run, and the tables made of them.
// Made once, then read by any number of threads.
#pragma once

#include <deque>

#include "hub/map/lookups.hpp"
#include "hub/map/map.hpp"
#include "hub/map/steps.hpp"

namespace homeroom::map {

class FarTables;

struct Standing {
  /// `most_bytes` is what the tables may take, 0 is no bound.
  Standing(const Plan& plan, Block given, std::size_t most_bytes);
  ~Standing();

  /// An arena of its own for one more thread; it counts towards the same bound.
  record::Arena& one_more_arena();

  Block block;
  std::shared_ptr<record::Allowance> allowance;
  record::Arena arena;
  std::deque<record::Arena> more_arenas;
  Output output;
  BlockState state;
  Lookups lookups;                 ///< of the joins of slices
  std::unique_ptr<FarTables> far;  ///< where what stands is not in memory
};

/// How the entities of a plan are made.
struct SlicePlan {
  Slicing slicing;
  /// By entity: the stream whose slices it is made from, or the number of streams and the table
  /// that is made whole before.
  std::vector<uint32_t> driver;
};
SlicePlan plan_slices(const Plan& plan);

/// The rows of a slice as the first relation of `table`.
Relation rows_of(const Slice& slice, const Table& table, record::Arena& arena);

}  // namespace homeroom::map
