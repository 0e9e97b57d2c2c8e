// Spelling: how far two written words are from each other. Bytes are letters here: names have been
// brought to plain letters before.
#pragma once

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
bool may_be_alike(WordShape a, WordShape b, uint32_t prefix, float least);

/// Which of 32 kinds of bytes occur; words whose sets differ in more than 2 k kinds are more than k
/// edits apart.
uint32_t letter_set(std::string_view word);

}  // namespace homeroom::resolve
