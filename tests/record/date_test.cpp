#include "hub/record/date.hpp"

#include <random>

#include <gtest/gtest.h>

namespace homeroom::record {
namespace {

void expect_back(int32_t day) {
  auto date = civil(day);
  ASSERT_EQ(days_of(date.year, date.month, date.day), day);
}

TEST(Date, EveryDayComesBackAsItself) {
  for (int32_t day = -800'000; day < 3'000'000; ++day) ASSERT_NO_FATAL_FAILURE(expect_back(day));
  std::mt19937 dice(3);
  for (int i = 0; i < 100'000; ++i)
    ASSERT_NO_FATAL_FAILURE(expect_back(static_cast<int32_t>(dice())));
}

TEST(Date, IsWrittenAsItIsRead) {
  for (auto text : {"0000-01-01", "0999-12-31", "1899-12-31", "1970-01-01", "2000-02-29",
                    "2026-11-26", "9999-12-31"})
    EXPECT_EQ(iso_date(*parse_iso_date(text)), text);
}

}  // namespace
}  // namespace homeroom::record
