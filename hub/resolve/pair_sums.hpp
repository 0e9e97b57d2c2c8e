// PairSums: what is counted of pairs before a model is learned: their patterns, and how rare the
// values are that agree.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "hub/resolve/frequencies.hpp"
#include "hub/resolve/model.hpp"

namespace homeroom::resolve {

/// Counts of patterns in the order of patterns, each times `scale`.
PatternCounts in_order(const std::unordered_map<uint64_t, uint32_t>& patterns, double scale);

class PairSums {
 public:
  PairSums(const Comparisons& comparisons, const Frequencies& frequencies);

  /// A pair that agrees like this.
  void add(uint64_t pattern, const uint32_t* a, const uint32_t* b);
  void add(const PairSums& more);
  PatternCounts patterns() const { return in_order(patterns_, 1); }
  /// By level of a comparison: the mean of the logarithm of the frequency of the rarer value;
  /// `usual` for the first level, and where few pairs were seen.
  std::vector<double> rarity(std::size_t comparison, double usual) const;

 private:
  struct Mean {
    double sum = 0;
    double count = 0;
  };

  const Comparisons& comparisons_;
  const Frequencies& frequencies_;
  std::unordered_map<uint64_t, uint32_t> patterns_;
  std::vector<std::vector<Mean>> rarity_;  ///< by comparison and level
};

}  // namespace homeroom::resolve
