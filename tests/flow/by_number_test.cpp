// What is known of some numbers, few or most of them: both say the same.
#include "hub/flow/by_number.hpp"

#include <gtest/gtest.h>

namespace homeroom::flow {
namespace {

TEST(ByNumber, SaysNoneUntilSomethingIsPutThere) {
  for (bool are_few : {false, true}) {
    ByNumber<uint32_t> places(UINT32_MAX);
    if (are_few) places.expect_few();
    places.expect(10);
    EXPECT_EQ(places.find(4), UINT32_MAX);
    places[4] = 7;
    places[4'000'000] = 0;
    EXPECT_EQ(places.find(4), 7u);
    EXPECT_EQ(places.find(4'000'000), 0u);
    EXPECT_EQ(places.find(5), UINT32_MAX);
    EXPECT_EQ(places[5], UINT32_MAX);
    EXPECT_EQ(places.find(4'000'001), UINT32_MAX);
  }
}

}  // namespace
}  // namespace homeroom::flow
