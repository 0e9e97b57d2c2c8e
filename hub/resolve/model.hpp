// The model: how often each level of agreement is seen between two records of one person, of two
// strangers and of two children of one home; learned from the records alone. I. Fellegi and A.
// Sunter, "A theory for record linkage" (1969); learned by expectation maximisation after Winkler
// (1988), with the second kind of non-match because brothers, sisters and twins share nearly
// everything but the given name.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hub/resolve/comparison.hpp"

namespace homeroom::resolve {

/// How many pairs show each pattern, in the order of patterns.
using PatternCounts = std::vector<std::pair<uint64_t, double>>;

/// What was counted before learning.
struct Counts {
  double records = 0;     ///< about as many pairs are expected to be one person
  double pairs = 0;       ///< all there are
  PatternCounts blocked;  ///< pairs that meet in a block
  PatternCounts random;   ///< pairs of any two records
  double random_pairs = 0;
  /// By comparison: the share of all pairs with equal values, exactly; below zero where not known.
  std::vector<double> equal;
  /// By comparison: `equal` was counted among people known to be different. Empty: nowhere.
  std::vector<uint8_t> is_of_strangers;
  /// By comparison and level: the mean of the logarithm (base 2) of the frequency of the rarer
  /// value, over random pairs.
  std::vector<std::vector<double>> rarity;
};

struct Model {
  struct Field {
    std::string name;
    Compared what = Compared::other;
    std::vector<double> same;  ///< by level; [0] is not used
    std::vector<double>
        stranger;                ///< the same for two people who have nothing to do with each other
    std::vector<double> home;    ///< and for two children of one home
    std::vector<double> rarity;  ///< mean log2 frequency by level: what a rare value is measured by
  };
  std::vector<Field> fields;
  double match = 0;  ///< probability that two records, taken at random, are one person
  double home = 0;   ///< that they are two children of one home
  double records = 0;
  uint32_t rounds = 0;
};

/// Learns without labels.
Model train(const Comparisons& comparisons, const Counts& counts);

}  // namespace homeroom::resolve
