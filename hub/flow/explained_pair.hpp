// ExplainedPair: why two records are one person or not, in words and weights.
#pragma once

#include <string>
#include <vector>

#include "hub/resolve/scorer.hpp"

namespace homeroom::flow {

/// One thing compared of a pair, in words.
struct ExplainedField {
  std::string name;
  std::string level;
  double stranger = 0;  ///< weight for one person rather than two strangers
  double home = 0;      ///< rather than two children of one home
  double rarity = 0;    ///< what of `stranger` comes from how rare the value is
};

struct ExplainedPair {
  std::vector<ExplainedField> fields;
  double start_stranger = 0;  ///< the weight of knowing nothing
  double start_home = 0;
  double weight = 0;
  double link_at = 0;
  double review_at = 0;
  bool are_linked = false;
};

/// `are_linked` and the thresholds are the caller's to say.
ExplainedPair explained(const resolve::Comparisons& comparisons, const resolve::PairWeight& weight);

}  // namespace homeroom::flow
