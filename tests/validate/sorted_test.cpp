// Entries beyond a budget come out in the order of those in memory, a piece at a time.
#include "hub/validate/sorted.hpp"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>

#include "tests/validate/shelf.hpp"

namespace homeroom::validate {
namespace {

std::vector<std::string> entries(std::size_t count) {
  std::mt19937 random(7);
  std::vector<std::string> made(count);
  for (auto& entry : made)
    for (auto letters = random() % 40; letters > 0; --letters)
      entry += static_cast<char>(random() % 4 ? 'a' + random() % 3 : random());
  return made;
}

TEST(Sorted, IsInTheOrderOfBytesWhateverTheBudget) {
  for (std::size_t count : {0, 1, 60, 5'000, 40'000}) {
    auto wanted = entries(count);
    for (uint64_t kib : {1, 32, 100, 100'000}) {
      Shelf shelf(kib << 10);
      Sorted sorted(&shelf);
      for (const auto& entry : wanted) sorted.add(entry);
      sorted.sort();
      EXPECT_EQ(sorted.size(), count);
      auto in_order = wanted;
      std::ranges::sort(in_order);
      EXPECT_TRUE(std::equal(in_order.begin(), in_order.end(), sorted.begin(), sorted.end()))
          << count << " entries with " << kib << " KiB";
      EXPECT_EQ(shelf.pieces() > 0, count >= 5'000 && kib <= 100) << count << ' ' << kib;
    }
  }
}

TEST(Sorted, IsGoneOverAgainFromWhereACopyStands) {
  Shelf shelf(1 << 10);
  Sorted sorted(&shelf);
  for (const auto& entry : entries(5'000)) sorted.add(entry);
  sorted.sort();
  auto at = sorted.begin();
  for (int i = 0; i < 1'000; ++i) ++at;
  auto again = at;
  std::vector<std::string> rest;
  for (; at != sorted.end(); ++at) rest.emplace_back(*at);
  EXPECT_EQ(rest.size(), 4'000u);
  EXPECT_TRUE(std::equal(rest.begin(), rest.end(), again, sorted.end()));
}

}  // namespace
}  // namespace homeroom::validate
