// Joins: students of the roster whom people said to be one child. The older person stays, which is
// the one with the smaller number: numbers are given in order of first appearance, and in the order
// of ids where several appear in one night.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_set>
#include <vector>

#include "hub/store/rows.hpp"

namespace homeroom::flow {

class Joins {
 public:
  Joins() = default;
  /// A decision on the roster is of two persons: `record` is the number of the one that is joined
  /// to `person`, whose number is smaller.
  Joins(const std::vector<store::Decision>& standing, uint32_t roster);

  /// Whose profile tells of this person: the oldest of those joined.
  uint32_t survivor(uint32_t person) const;
  bool are_none() const { return into_.empty(); }
  /// Those to whom others are joined.
  std::unordered_set<uint32_t> survivors() const;
  /// Those who are joined to others, ascending.
  std::vector<uint32_t> joined() const;

 private:
  std::map<uint32_t, uint32_t> into_;
};

}  // namespace homeroom::flow
