// Frequencies: how rare values are. That two records agree in a rare name says more than in a
// common one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/resolve/comparison.hpp"

namespace homeroom::resolve {

class Frequencies {
 public:
  Frequencies(const Records& records, const Comparisons& comparisons);
  /// Those of earlier records, from pack(): values are known again by a hash.
  Frequencies(const Records& records, const Comparisons& comparisons, std::string_view packed);
  /// What is to be kept of them beside a model: the values that are not rare. Nothing of fewer than
  /// a hundred records, which cannot tell: rarity then counts for nothing.
  std::string pack() const;
  /// Takes in the values that came into the dictionaries since. Only of frequencies that were kept.
  void extend();

  /// Log2 of the share of records that have the rarer of the two values that agree at this level: a
  /// slip of a common name into a rare one says as much as the rare one. Nothing where rarity does
  /// not count.
  std::optional<float> rarer(std::size_t comparison, uint32_t level, const uint32_t* a,
                             const uint32_t* b) const {
    const auto& how = how_[comparison];
    if (level == 0 || level > how.levels) return std::nullopt;
    return rarer(how, level, a[how.feature], b[how.feature]);
  }

  /// The comparisons whose values' rarity counts.
  const std::vector<uint32_t>& with_rarity() const { return with_rarity_; }
  /// The share of all pairs whose values are equal, by comparison; below zero where nothing is
  /// counted.
  double equal(std::size_t comparison) const { return equal_[comparison]; }
  /// The first level of such a comparison is that two values are equal.
  static bool counts_equal(Compared what);

 private:
  /// Values that are not rare, as they were packed: in the order of their hashes, looked up where
  /// they lie, so that opening them costs nothing a value. And what all others count as.
  struct Kept {
    std::size_t first = 0;  ///< byte of the packed ones
    uint32_t entries = 0;
    float rare = 0;
  };
  /// How the rarity of what is compared counts.
  struct How {
    uint32_t feature = 0;
    uint32_t comparison = 0;
    uint32_t levels = 0;         ///< from the best on; 0: it does not
    uint32_t level_of_word = 0;  ///< at which two names share a word, whose rarity counts; 0: none
  };
  void count_rarity(std::size_t comparison);
  float rarer(const How& how, uint32_t level, uint32_t a, uint32_t b) const;
  float log_of(const Kept& kept, uint64_t hash) const;
  void extend(const Kept& kept, const Dictionary& values, std::vector<float>& logs) const;
  std::vector<float> count(const Records& records, uint32_t feature, double& equal) const;
  void count_words(const Records& records, uint32_t feature);

  const Records& records_;
  const Comparisons& comparisons_;
  std::string packed_;      ///< those of earlier records
  std::vector<Kept> kept_;  ///< as with_rarity_, then that of words of family names
  std::vector<std::vector<float>>
      logs_;                      ///< by comparison, then value; empty: rarity does not count
  std::vector<float> word_logs_;  ///< of single words of family names
  std::vector<How> how_;          ///< by comparison
  std::vector<double> equal_;
  std::vector<uint32_t> with_rarity_;
};

}  // namespace homeroom::resolve
