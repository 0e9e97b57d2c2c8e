// What pairs of a student and a record of one source show: what the source's model is learned from.
#pragma once

#include <cstdint>

#include "hub/resolve/frequencies.hpp"
#include "hub/resolve/model.hpp"
#include "hub/resolve/student_index.hpp"

namespace homeroom::resolve {

/// Students are the first of the records; those of the source stand behind them.
struct StudentsAndRecords {
  const Records& all;
  uint32_t students = 0;

  uint32_t records() const { return all.count - students; }
};

/// A sample of the pairs of large sources, all pairs of small ones.
Counts count_pairs(const StudentsAndRecords& both, const Comparisons& comparisons,
                   const Frequencies& frequencies, const StudentIndex& keys);

}  // namespace homeroom::resolve
