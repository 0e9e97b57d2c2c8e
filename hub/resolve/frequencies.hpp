// Frequencies: how rare values are. That two records agree in a rare name says more than in a
// common one.
#pragma once

#include <optional>
#include <vector>

#include "hub/resolve/comparison.hpp"

namespace homeroom::resolve {

class Frequencies {
 public:
  Frequencies(const Records& records, const Comparisons& comparisons);

  /// Log2 of the share of records that have the rarer of the two values that agree at this level: a
  /// slip of a common name into a rare one says as much as the rare one. Nothing where rarity does
  /// not count.
  std::optional<float> rarer(std::size_t comparison, uint32_t level, const uint32_t* a,
                             const uint32_t* b) const;

  /// The comparisons whose values' rarity counts.
  const std::vector<uint32_t>& with_rarity() const { return with_rarity_; }
  /// The share of all pairs whose values are equal, by comparison; below zero where nothing is
  /// counted.
  double equal(std::size_t comparison) const { return equal_[comparison]; }

 private:
  std::vector<float> count(const Records& records, uint32_t feature, double& equal) const;
  void count_words(const Records& records, uint32_t feature);

  const Comparisons& comparisons_;
  std::vector<std::vector<float>>
      logs_;                      ///< by comparison, then value; empty: rarity does not count
  std::vector<float> word_logs_;  ///< of single words of family names
  std::vector<double> equal_;
  std::vector<uint32_t> with_rarity_;
};

}  // namespace homeroom::resolve
