#include "hub/world/clock.hpp"

#include <gtest/gtest.h>

#include "homeroom/error.hpp"
#include "hub/record/date.hpp"

namespace homeroom::world {
namespace {

constexpr int64_t jan_13_0315_utc = 1768274100000;

TEST(Clock, TheLocalDateIsTheDayInTheDistrictNotInGreenwich) {
  EXPECT_EQ(record::iso_date(local_date(jan_13_0315_utc, "America/New_York")), "2026-01-12");
  EXPECT_EQ(record::iso_date(local_date(jan_13_0315_utc, "Etc/UTC")), "2026-01-13");
  EXPECT_EQ(record::iso_date(local_date(jan_13_0315_utc, "Asia/Tokyo")), "2026-01-13");
}

TEST(Clock, TheOffsetFollowsSummerTime) {
  EXPECT_EQ(offset_minutes(jan_13_0315_utc, "America/New_York"), -300);
  EXPECT_EQ(offset_minutes(1784000000000, "America/New_York"), -240);
}

TEST(Clock, AFixedClockGivesTheSameRunDateEachTime) {
  FixedClock clock(jan_13_0315_utc);
  EXPECT_EQ(record::iso_date(run_date(clock, "America/New_York")), "2026-01-12");
  EXPECT_EQ(iso_instant(clock.now_ms()), "2026-01-13T03:15:00Z");
}

TEST(Clock, AnUnknownZoneIsASettingToFix) {
  EXPECT_FALSE(is_time_zone("America/Maple_Hollow"));
  try {
    local_date(0, "America/Maple_Hollow");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.next, Next::fix_settings);
  }
}

}  // namespace
}  // namespace homeroom::world
