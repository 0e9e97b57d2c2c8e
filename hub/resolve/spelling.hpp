// Spelling: how far two written words are from each other. Bytes are letters here: names have been
// brought to plain letters before.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string_view>

namespace homeroom::resolve {

/// Letters inserted, left out, replaced, and neighbours swapped, that make `a` into `b` (restricted
/// Damerau distance). Bit-parallel after H. Hyyrö, "A bit-vector algorithm for computing
/// Levenshtein and Damerau edit distances" (2003); words are cut to 64 bytes.
uint32_t edits(std::string_view a, std::string_view b);

/// Jaro-Winkler similarity, 0 to 1, with a bonus of 0.1 for each of up to four equal first letters.
/// W. E. Winkler, "String comparator metrics" (1990); words are cut to 64 bytes.
double jaro_winkler(std::string_view a, std::string_view b);

/// What is known of a word without reading it.
struct WordShape {
  uint32_t letters = 0;  ///< letter_set of it
  uint32_t size = 0;     ///< bytes
};
/// Whether the Jaro-Winkler similarity of two words may reach `least`, if so many (at most four)
/// first letters are equal. Surely not where letters that only one of them has leave too few in
/// common.
class MayBeAlike {
 public:
  explicit constexpr MayBeAlike(float least) {
    constexpr float rounding = 1e-3F;
    for (uint32_t prefix = 0; prefix <= most_prefix; ++prefix) {
      auto bonus = 0.1F * static_cast<float>(prefix);
      // m common letters give a Jaro similarity of (m / |a| + m / |b| + 1) / 3 at most.
      needed_[prefix] = 3 * (least - bonus) / (1 - bonus) - 1 - rounding;
    }
  }
  bool operator()(WordShape a, WordShape b, uint32_t prefix) const {
    auto common = std::min(static_cast<int>(a.size) - std::popcount(a.letters & ~b.letters),
                           static_cast<int>(b.size) - std::popcount(b.letters & ~a.letters));
    auto both = static_cast<float>(common * static_cast<int>(a.size + b.size));
    bool may_be = both >= needed_[std::min(prefix, most_prefix)] *
                              static_cast<float>(static_cast<int>(a.size * b.size));
    bool is_cut = (a.size > most_compared) | (b.size > most_compared);  // letters may lie behind
    return may_be | is_cut;
  }

 private:
  static constexpr uint32_t most_compared = 64;
  static constexpr uint32_t most_prefix = 4;
  float needed_[most_prefix + 1] = {};
};

/// Which of 32 kinds of bytes occur; words whose sets differ in more than 2 k kinds are more than k
/// edits apart.
uint32_t letter_set(std::string_view word);

}  // namespace homeroom::resolve
