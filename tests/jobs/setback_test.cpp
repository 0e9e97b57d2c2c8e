// Work that fails again and again fills no log and does not hammer what is away.
#include "hub/jobs/setback.hpp"

#include <vector>

#include <gmock/gmock.h>

namespace homeroom::jobs {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

TEST(Setback, IsToldWhenItBeginsAndNowAndThen) {
  Setback setback;
  std::vector<int> told;  // seconds
  for (int second = 0; second < 3000; ++second)
    if (setback.failed(1000.0 + second)) told.push_back(second);
  EXPECT_THAT(told, ElementsAre(0, 60, 180, 420, 900, 1800, 2700));
  EXPECT_EQ(setback.times(), 3000u);
}

TEST(Setback, IsOverOnceAndBeginsAnew) {
  Setback setback;
  EXPECT_FALSE(setback.worked(10));
  setback.failed(20);
  setback.failed(21);
  auto over = setback.worked(50);
  ASSERT_TRUE(over);
  EXPECT_EQ(over->times, 2u);
  EXPECT_EQ(over->seconds, 30);
  EXPECT_FALSE(setback.worked(51));
  EXPECT_TRUE(setback.failed(60)) << "another one is told at once";
}

TEST(Setback, IsTriedLessAndLessOften) {
  Setback setback;
  std::vector<milliseconds> pauses{setback.pause()};
  for (int times = 0; times < 6; ++times) {
    setback.failed(times);
    pauses.push_back(setback.pause());
  }
  EXPECT_THAT(pauses, ElementsAre(milliseconds(500), milliseconds(1000), milliseconds(2000),
                                  milliseconds(4000), milliseconds(5000), milliseconds(5000),
                                  milliseconds(5000)));
  setback.worked(100);
  EXPECT_EQ(setback.pause(), milliseconds(500));
}

TEST(Setback, LastsWhenItIsNoHiccup) {
  Setback setback;
  EXPECT_FALSE(setback.lasts(0));
  setback.failed(100);
  EXPECT_FALSE(setback.lasts(101));
  EXPECT_TRUE(setback.lasts(105));
  setback.worked(106);
  EXPECT_FALSE(setback.lasts(200));
}

}  // namespace
}  // namespace homeroom::jobs
