#include "hub/resolve/spelling.hpp"

#include <algorithm>
#include <bit>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace homeroom::resolve {
namespace {

/// The textbook table, cell by cell.
uint32_t plain_edits(const std::string& a, const std::string& b) {
  std::vector<std::vector<uint32_t>> cost(a.size() + 1, std::vector<uint32_t>(b.size() + 1));
  for (uint32_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (uint32_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      uint32_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  return cost[a.size()][b.size()];
}

/// Letter by letter, with two lists of marks; the shorter word's letters are taken from the left.
double plain_jaro_winkler(std::string a, std::string b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (a.empty()) return b.empty() ? 1 : 0;
  auto reach = std::max(static_cast<int>(b.size()) / 2 - 1, 0);
  std::vector<bool> in_a(a.size());
  std::string of_b;
  for (int i = 0; i < static_cast<int>(b.size()); ++i)
    for (int j = std::max(0, i - reach); j <= std::min(static_cast<int>(a.size()) - 1, i + reach);
         ++j)
      if (!in_a[j] && a[j] == b[i]) {
        in_a[j] = true;
        of_b += b[i];
        break;
      }
  if (of_b.empty()) return 0;
  std::string of_a;
  for (std::size_t j = 0; j < a.size(); ++j)
    if (in_a[j]) of_a += a[j];
  int moved = 0;
  for (std::size_t i = 0; i < of_a.size(); ++i) moved += of_a[i] != of_b[i];
  double m = static_cast<double>(of_a.size());
  double jaro = (m / a.size() + m / b.size() + (m - moved / 2) / m) / 3;
  int prefix = 0;
  while (prefix < 4 && prefix < static_cast<int>(a.size()) && a[prefix] == b[prefix]) ++prefix;
  return jaro + 0.1 * prefix * (1 - jaro);
}

std::string word(std::mt19937& random) {
  std::string made(random() % 14, ' ');
  for (char& c : made) c = "abcde"[random() % 5];
  return made;
}

TEST(Edits, CountsLettersThatMakeOneWordIntoAnother) {
  EXPECT_EQ(edits("", ""), 0U);
  EXPECT_EQ(edits("", "ana"), 3U);
  EXPECT_EQ(edits("maria", "maria"), 0U);
  EXPECT_EQ(edits("maria", "mara"), 1U);
  EXPECT_EQ(edits("maria", "maira"), 1U);
  EXPECT_EQ(edits("kevin", "calvin"), 3U);
}

TEST(Edits, AreThoseOfTheTextbookTable) {
  std::mt19937 random(4);
  for (int i = 0; i < 20'000; ++i) {
    auto a = word(random);
    auto b = word(random);
    ASSERT_EQ(edits(a, b), plain_edits(a, b)) << a << " and " << b;
    ASSERT_EQ(edits(a, b), edits(b, a));
  }
}

TEST(JaroWinkler, IsThatOfThePlainForm) {
  EXPECT_NEAR(jaro_winkler("martha", "marhta"), 0.9611, 1e-4);
  EXPECT_NEAR(jaro_winkler("dwayne", "duane"), 0.84, 1e-4);
  std::mt19937 random(5);
  for (int i = 0; i < 20'000; ++i) {
    auto a = word(random);
    auto b = word(random);
    ASSERT_NEAR(jaro_winkler(a, b), plain_jaro_winkler(a, b), 1e-12) << a << " and " << b;
  }
}

TEST(Spelling, LooksAtTheFirst64LettersOfLongWords) {
  std::string longest(10'000, 'a');
  EXPECT_EQ(edits(longest, longest + "b"), 0U);
  EXPECT_EQ(jaro_winkler(longest, longest), 1);
}

TEST(LetterSet, DiffersByAtMostTwoForEachEdit) {
  std::mt19937 random(6);
  for (int i = 0; i < 5'000; ++i) {
    auto a = word(random);
    auto b = word(random);
    ASSERT_LE(std::popcount(letter_set(a) ^ letter_set(b)), 2 * static_cast<int>(edits(a, b)));
  }
}

TEST(WordShapes, NeverRuleOutAWordThatIsAlike) {
  auto shape = [](const std::string& word) {
    return WordShape{letter_set(word), static_cast<uint32_t>(word.size())};
  };
  std::mt19937 random(7);
  int ruled_out = 0;
  for (int i = 0; i < 200'000; ++i) {
    auto a = word(random);
    auto b = word(random);
    if (a.empty() || b.empty()) continue;
    uint32_t prefix = 0;
    while (prefix < std::min<std::size_t>({4, a.size(), b.size()}) && a[prefix] == b[prefix])
      ++prefix;
    for (float least : {0.8F, 0.88F, 0.92F}) {
      bool may_be = MayBeAlike(least)(shape(a), shape(b), prefix);
      ruled_out += !may_be;
      ASSERT_TRUE(may_be || jaro_winkler(a, b) < least) << a << " and " << b << ", " << least;
    }
  }
  EXPECT_GT(ruled_out, 100'000);
  EXPECT_FALSE(MayBeAlike(0.88F)(shape("testfield"), shape("mockery"), 0));
}

}  // namespace
}  // namespace homeroom::resolve
