// GrowingGroup: a group over rows that come in parts. What was measured of the parts before stands
// before each part as if it were rows of it, so that parts make no difference, not to the last
// digit of a sum.
#pragma once

#include <vector>

#include "hub/map/measure.hpp"
#include "hub/map/relation.hpp"

namespace homeroom::map {

class GrowingGroup {
 public:
  /// It keeps a row for each group, for lists each value, within `most_bytes`: beyond them add()
  /// throws ArenaIsFull.
  GrowingGroup(const Step& step, std::size_t most_bytes)
      : step_(step),
        arenas_{record::Arena(256 << 10, record::allowance(most_bytes)),
                record::Arena(256 << 10, record::allowance(most_bytes))},
        states_(step.measures.size()) {}

  uint32_t groups() const { return groups_; }
  /// Takes the next rows, with what is measured of them; answers the group of each, until the next
  /// call.
  const std::vector<uint32_t>& add(const Relation& rows, const std::vector<Measured>& values);
  /// The first row of each group that the last rows began.
  const std::vector<uint32_t>& began() const { return began_; }
  /// The groups: keys, measures, and the parts of their first rows. It points into what this holds.
  Relation take(std::vector<std::vector<uint8_t>>& is_too_large);

 private:
  /// Rows that stand for all before: of each measure its own.
  struct State {
    Measured rows;
    std::vector<uint32_t> of;           ///< the group of each
    std::vector<int64_t> counts;        ///< of count
    std::vector<uint8_t> is_too_large;  ///< of sum
  };
  void number(const Relation& rows);
  void measure(std::size_t index, const Measured& values, uint32_t rows);
  record::Column kept(const record::Column& column, const std::vector<uint32_t>& rows);
  record::Arena& arena() { return arenas_[now_]; }

  const Step& step_;
  record::Arena scratch_;
  record::Arena arenas_[2];  ///< what is kept moves from one to the other
  std::size_t now_ = 0;
  uint32_t groups_ = 0;
  std::vector<record::Column> keys_;
  std::vector<std::pair<uint32_t, std::vector<uint32_t>>> parts_;  ///< of first rows, by part
  std::vector<State> states_;
  std::vector<uint32_t> into_;
  std::vector<uint32_t> began_;
};

}  // namespace homeroom::map
