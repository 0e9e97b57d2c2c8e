// Contest: students compete for a record, since it speaks of one child at most.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <unordered_map>

#include "hub/resolve/name_table.hpp"
#include "hub/resolve/scorer.hpp"

namespace homeroom::resolve {

/// Against nobody a student stands with the weight of the pair. Which of two students it is, is
/// another question: what a brother or a twin would share counts for the one who shares it.
class Contest {
 public:
  static constexpr uint32_t nobody = UINT32_MAX;

  /// `joined`: of students who are one child, who stands for it.
  Contest(float review_at, const std::unordered_map<uint32_t, uint32_t>& joined)
      : review_at_(review_at), joined_(joined) {}

  void begin() {
    best_ = nobody;
    all_ = 0;
    has_namesake_ = false;
    children_.clear();
  }
  void add(uint32_t student, uint64_t pattern, Scorer::Both weights, Given given) {
    has_namesake_ |= given == Given::same && weights.weight >= review_at_;
    all_ += odds_beside_own(student, std::exp2(static_cast<double>(weights.stranger)));
    bool is_better = best_ == nobody || weights.stranger > weights_.stranger ||
                     (weights.stranger == weights_.stranger && student < best_);
    if (!is_better) return;
    best_ = student;
    pattern_ = pattern;
    weights_ = weights;
    given_ = given;
  }

  uint32_t best() const { return best_; }
  /// How the best agrees.
  uint64_t pattern() const { return pattern_; }
  /// Log2 of the odds of the best against all others and nobody.
  float weight() const {
    if (best_ == nobody) return -INFINITY;
    auto own = std::exp2(static_cast<double>(weights_.stranger));
    auto against =
        std::exp2(-static_cast<double>(weights_.weight)) + std::max(all_ - own, 0.0) / own;
    return static_cast<float>(-std::log2(against));
  }
  /// The best bears another given name, while somebody else who may be meant has the record's: a
  /// number of one twin with the name of the other. Chance cannot tell; clerks mix up brothers.
  bool is_of_two_minds() const { return given_ == Given::differs && has_namesake_; }
  /// Who is surer than this by name is looked for no further.
  bool is_over(float strong_at) const { return given_ != Given::differs && weight() >= strong_at; }

 private:
  /// What a student adds to the odds of all: of one child's students the surest counts.
  double odds_beside_own(uint32_t student, double odds) {
    auto found = joined_.find(student);
    if (found == joined_.end()) return odds;
    auto& known = children_[found->second];
    auto before = known;
    known = std::max(known, odds);
    return known - before;
  }

  float review_at_;
  const std::unordered_map<uint32_t, uint32_t>& joined_;
  std::unordered_map<uint32_t, double> children_;  ///< odds of joined ones
  uint32_t best_ = nobody;
  uint64_t pattern_ = 0;
  Scorer::Both weights_;
  Given given_ = Given::unknown;
  double all_ = 0;
  bool has_namesake_ = false;
};

}  // namespace homeroom::resolve
