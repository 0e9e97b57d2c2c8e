// Tally: one measure counted for many groups at once, over rows that may come in parts.
#pragma once

#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

#include "hub/validate/given_rows.hpp"
#include "hub/validate/pack.hpp"

namespace homeroom::validate {

class Tally {
 public:
  Tally(const Measure& measure, uint32_t groups) : measure_(measure) { grow(groups); }
  Tally(const Measure& measure, const GivenRows& given, uint32_t groups) : Tally(measure, groups) {
    see(given);
  }

  /// Rows are those of `given` from now on; leave() before it goes and others come.
  void see(const GivenRows& given);
  void leave();

  /// Takes a row of the measure's entity that is in the group; `is_true`: its condition holds.
  void take(uint32_t group, uint32_t row, bool is_true);
  void grow(uint32_t groups);
  /// One value a group.
  record::Column column(record::Arena& arena) const;

 private:
  void take_value(uint32_t group, uint32_t row);

  /// What a row that is chosen says, when its part is gone.
  struct Held {
    explicit Held(const Measure& measure);
    record::Arena arena;
    KeptColumn value, by;
    std::vector<std::pair<uint64_t, uint64_t>>
        at;  ///< rank of the student and number of the row: rows are met in this order
  };
  bool is_late() const {
    return measure_.kind == Measure::Kind::max || measure_.kind == Measure::Kind::last;
  }
  bool is_before_held(uint32_t group) const;

  const Measure& measure_;
  const GivenRows* given_ = nullptr;
  std::unique_ptr<Held> held_;  ///< of parts before
  record::Column value_, by_;
  std::vector<int64_t> counts_;  ///< of rows that count; for sums, of values
  std::vector<int64_t> others_;  ///< of rows that do not
  std::vector<uint32_t> best_;   ///< min, max, first, last: the row
  std::vector<__int128> sums_;   ///< decimals in units of 10^-9
  std::unordered_set<uint64_t> seen_;
};

}  // namespace homeroom::validate
