// Tally: one measure counted for many groups at once.
#pragma once

#include <unordered_set>
#include <vector>

#include "hub/validate/given_rows.hpp"
#include "hub/validate/pack.hpp"

namespace homeroom::validate {

class Tally {
 public:
  Tally(const Measure& measure, const GivenRows& given, uint32_t groups);

  /// Takes a row of the measure's entity that is in the group; `is_true`: its condition holds.
  void take(uint32_t group, uint32_t row, bool is_true);
  void grow(uint32_t groups);
  /// One value a group.
  record::Column column(record::Arena& arena) const;

 private:
  void take_value(uint32_t group, uint32_t row);

  const Measure& measure_;
  const GivenRows& given_;
  record::Column value_, by_;
  std::vector<int64_t> counts_;    ///< of rows that count; for sums, of values
  std::vector<int64_t> others_;    ///< of rows that do not
  std::vector<uint32_t> best_;     ///< min, max, first, last: the row
  std::vector<__int128> sums_;     ///< decimals in units of 10^-9
  std::unordered_set<uint64_t> seen_;
};

}  // namespace homeroom::validate
