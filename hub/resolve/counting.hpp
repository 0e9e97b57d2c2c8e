// Counting: how often pairs that meet, and pairs of any two records, show each pattern; what the
// model is learned from.
#pragma once

#include "hub/resolve/blocking.hpp"
#include "hub/resolve/frequencies.hpp"
#include "hub/resolve/model.hpp"
#include "hub/resolve/workers.hpp"

namespace homeroom::resolve {

/// A sample of the pairs of large sets, all pairs of small ones; the same on any number of threads.
Counts count_pairs(const Records& records, const Comparisons& comparisons, const Blocking& blocking,
                   const Frequencies& frequencies, const Workers& workers);

}  // namespace homeroom::resolve
