// Ceiling: the most that two records may be, whatever their weight. Joining two children is the
// worse error, and weights learned from few records, or in a small school, are sure too soon.
#pragma once

#include <cstdint>

#include "hub/resolve/comparison.hpp"

namespace homeroom::resolve {

enum class Most : uint8_t {
  review,  ///< a person decides
  plain,   ///< linked, without what is shared over strong evidence only
  strong,
};

class Ceiling {
 public:
  explicit Ceiling(const Comparisons& comparisons) : comparisons_(comparisons) {}

  /// For two records that agree like this.
  Most of(uint64_t pattern) const;
  /// They have a number that one child has.
  bool has_number(uint64_t pattern) const { return has_level(pattern, Compared::identifier, 1); }

 private:
  bool has_level(uint64_t pattern, Compared what, uint32_t level) const;
  uint32_t level(uint64_t pattern, Compared what) const;
  Most by_number(uint64_t pattern) const;
  Most by_name(uint64_t pattern) const;
  bool has_home(uint64_t pattern) const;

  const Comparisons& comparisons_;
};

}  // namespace homeroom::resolve
