// A night that is asked to stop says so and has done nothing; the next one ends as if it had not
// been.
#include <chrono>
#include <thread>

#include <gmock/gmock.h>

#include "tests/faults/started_night.hpp"

namespace homeroom::flows {
namespace {

/// Waits for what the night is about to make.
void wait_for(const fs::path& file) {
  for (int i = 0; i < 10000 && !fs::exists(file); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ASSERT_TRUE(fs::exists(file)) << file;
}

class Cancel : public testing::TestWithParam<int> {};

TEST_P(Cancel, ByASignalLeavesNothingBehind) {
  District district(4000);  // long enough to be met on its way
  ASSERT_EQ(district.night("calm", "day1").exit_code, 0);
  for (const char* part : {".keys", ".keys.keydb"})
    fs::copy_file(district.folder() / (std::string("calm") + part),
                  district.folder() / (std::string("night") + part));
  District::make_unused(district.folder() / "night.keys");

  StartedNight night(district, "night", "day1");
  wait_for(district.folder() / "night.db.building");
  EXPECT_FALSE(night.end(GetParam())) << "it has to end by itself";
  EXPECT_EQ(night.exit_code(), 1);
  EXPECT_EQ(night.report()["status"], "cancelled");
  EXPECT_FALSE(fs::exists(district.folder() / "night.db"));
  EXPECT_FALSE(fs::exists(district.out("night")));

  EXPECT_EQ(district.night("night", "day1").exit_code, 0);
  EXPECT_TRUE(District::read(district.out("night")) == District::read(district.out("calm")));
}

INSTANTIATE_TEST_SUITE_P(Signals, Cancel, testing::Values(SIGTERM, SIGINT), [](const auto& each) {
  return std::string(each.param == SIGTERM ? "Term" : "Int");
});

}  // namespace
}  // namespace homeroom::flows
