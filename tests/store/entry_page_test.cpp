// A page of entries is a map, whatever the order in which it is asked.
#include "hub/store/entry_page.hpp"

#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace homeroom::store {
namespace {

class EntryPageSeed : public testing::TestWithParam<unsigned> {};

TEST_P(EntryPageSeed, HoldsWhatAMapHolds) {
  std::mt19937 random(GetParam());
  EntryPage page;
  std::map<uint32_t, std::string> map;
  for (int step = 0; step < 3000; ++step) {
    uint32_t low = random() % 256;
    switch (random() % 8) {
      case 0:
        EXPECT_EQ(page.erase(low), map.erase(low) > 0);
        break;
      case 1:
      case 2:
        map[low] = std::string(random() % 200, static_cast<char>('a' + step % 26));
        page.put(low, map[low]);
        break;
      case 3:
        page = EntryPage(page.take());
        break;
      default:
        for (uint32_t i = low; i < std::min(low + 5, 256u); ++i) {  // mostly in order
          auto found = page.find(i);
          ASSERT_EQ(found.has_value(), map.contains(i));
          EXPECT_EQ(found.value_or(""), map.contains(i) ? map[i] : "");
        }
    }
  }
  auto left = map.begin();
  for (EntryWalk walk(page.bytes()); walk.next(); ++left) {
    ASSERT_NE(left, map.end());
    EXPECT_EQ(walk.low(), left->first);
    EXPECT_EQ(walk.entry(), left->second);
  }
  EXPECT_EQ(left, map.end());
}

INSTANTIATE_TEST_SUITE_P(Seeds, EntryPageSeed, testing::Range(1u, 9u));

}  // namespace
}  // namespace homeroom::store
