// Making what stands: tables and the indexes of what joins look up in, on several threads.
#pragma once

#include "hub/map/standing.hpp"

namespace homeroom::map {

/// What one thread works with: a plan of its own, since expressions keep what they are at.
struct StandingMaker {
  const Plan* plan;
  ReferenceIndexes* indexes;
};

/// Makes the tables that entities are made from or that are looked up in, and their indexes, with a
/// thread for each maker; the first runs on this one. What comes out does not depend on their
/// number. Throws what the first table in order throws.
void make_standing(Standing& standing, const SlicePlan& slices,
                   const std::vector<StandingMaker>& makers);

/// The stronger fate of each row.
void raise_all(std::vector<Fate>& fates, const std::vector<Fate>& others);

}  // namespace homeroom::map
