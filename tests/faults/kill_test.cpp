// A night killed at any point leaves nothing half done: the next night ends as an undisturbed one.
#include <chrono>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "tests/faults/started_night.hpp"

namespace homeroom::flows {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

/// Starts a night and kills it after `span`, unless it has ended by then; true when it was killed.
bool killed_night(const District& district, const std::string& store, const std::string& day,
                  Milliseconds span) {
  StartedNight night(district, store, day);
  std::this_thread::sleep_for(span);
  return night.end(SIGKILL);
}

void expect_same_files(const District& district, const std::string& store,
                       const std::string& undisturbed) {
  for (const char* file : {"record.ndjson", "nurses.ndjson", "success_plans.ndjson"})
    EXPECT_EQ(District::read(district.out(store, file)) ==
                  District::read(district.out(undisturbed, file)),
              true)
        << store << ' ' << file;
}

/// A store in the state of another: person ids come from the key file, so stores that are compared
/// share it.
void begin_as(const District& district, const std::string& from, const std::string& to) {
  for (const char* part : {".db", ".keys", ".keys.keydb", "-out"})
    if (fs::exists(district.folder() / (from + part)))
      fs::copy(district.folder() / (from + part), district.folder() / (to + part),
               fs::copy_options::recursive);
}

/// Kills nights at points drawn from a seed; each is then repeated in peace, twice.
void kill_and_repeat(const District& district, const std::string& day, int points, unsigned seed) {
  begin_as(district, "start", "calm");
  auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(district.night("calm", day).exit_code, 0);
  Milliseconds whole = std::chrono::steady_clock::now() - start;
  std::mt19937 dice(seed);
  int killed = 0;
  for (int n = 0; n < points; ++n) {
    auto store = "s" + std::to_string(n);
    begin_as(district, "start", store);
    killed += killed_night(district, store, day, whole * (dice() % 1000) / 1000.0);
    auto again = district.night(store, day);
    ASSERT_EQ(again.exit_code, 0) << store << again.errors << again.report.dump();
    expect_same_files(district, store, "calm");
    EXPECT_EQ(delivered(district.night(store, day)), 0u) << store;
  }
  EXPECT_GT(killed, points / 4);
}

TEST(Kill, DuringTheFirstLoadLeavesNothingHalfDone) {
  District district(300);
  ASSERT_EQ(district.night("start", "day1", "--dry-run").exit_code, 0);  // makes the keys
  kill_and_repeat(district, "day1", 13, 7);
}

TEST(Kill, OnTheSecondDayLeavesNothingHalfDone) {
  District district(300);
  ASSERT_EQ(district.night("start", "day1").exit_code, 0);
  kill_and_repeat(district, "day2-full", 13, 11);
}

}  // namespace
}  // namespace homeroom::flows
