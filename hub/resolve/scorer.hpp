// Scorer: the weight of a pair: the logarithm, base 2, of the odds that both records are one
// person. Above 0 they are rather one person than not; each further step of 1 doubles the odds.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hub/resolve/comparer.hpp"
#include "hub/resolve/frequencies.hpp"
#include "hub/resolve/model.hpp"

namespace homeroom::resolve {

/// The weight of a probability: log2(p / (1 - p)).
double weight_of(double probability);

/// The weight of one thing compared, for people.
struct FieldWeight {
  std::size_t comparison = 0;
  uint32_t level = 0;
  double stranger = 0;  ///< for one person rather than two strangers, rarity included
  double home = 0;      ///< rather than two children of one home
  double rarity = 0;    ///< what of `stranger` comes from how rare the value is
};

struct PairWeight {
  double weight = 0;
  double start_stranger = 0;  ///< what it would be if nothing were known
  double start_home = 0;
  std::vector<FieldWeight> fields;
};

/// Weights of a trained model. Read only, for all threads.
class Scorer {
 public:
  Scorer(const Comparisons& comparisons, const Frequencies& frequencies, const Model& model);

  /// The weight of two records that agree like this.
  float weight(uint64_t pattern, const uint32_t* a, const uint32_t* b) const;
  /// For one person rather than two strangers, and that or rather than two of one home.
  struct Both {
    float stranger = 0;
    float weight = 0;
  };
  Both both(uint64_t pattern, const uint32_t* a, const uint32_t* b) const;
  /// The weights of pairs that agree like this, where they may reach `least`; else some numbers
  /// below it.
  void weights_from(float least, std::span<const RowPair> pairs, const uint64_t* patterns,
                    float* into) const;

  /// What the weight of a pair is made of.
  PairWeight explain(uint64_t pattern, const uint32_t* a, const uint32_t* b) const;

 private:
  struct Two {
    float stranger = 0;
    float home = 0;
  };
  struct Chunk {
    int shift = 0;
    uint64_t mask = 0;
    std::vector<Two> weights;
  };
  Two base(uint64_t pattern) const;
  float rarity(std::size_t comparison, uint32_t level, const uint32_t* a, const uint32_t* b) const;
  float rarity(uint64_t pattern, const uint32_t* a, const uint32_t* b) const;
  void make_tables(const Model& model);
  void make_chunks();

  static constexpr float most_rarity = 5;  ///< of one value
  static constexpr float most_together = 10;

  const Comparisons& comparisons_;
  const Frequencies& frequencies_;
  std::vector<std::vector<Two>> tables_;    ///< by comparison and level
  std::vector<std::vector<float>> rarity_;  ///< what is usual, by comparison and level
  std::vector<Chunk> chunks_;
  Two start_;
};

}  // namespace homeroom::resolve
