// Nights of a synthetic district, end to end: what a scheduled job sees.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

TEST(FirstNight, GivesEveryStudentOneProfile) {
  District district(120);
  auto night = district.night("a", "day1");
  ASSERT_EQ(night.exit_code, 0) << night.errors << night.report.dump();
  EXPECT_EQ(night.report["persons"]["students"], 120);
  EXPECT_EQ(night.report["profiles"]["new"], 120);
  EXPECT_EQ(lines(District::read(district.out("a"))), 120u);
}

TEST(SecondNight, SendsNothingWhenNothingChanged) {
  District district(120);
  ASSERT_EQ(district.night("a", "day1").exit_code, 0);
  auto before = District::read(district.out("a"));
  auto night = district.night("a", "day1");
  ASSERT_EQ(night.exit_code, 0) << night.errors << night.report.dump();
  EXPECT_EQ(delivered(night), 0u);
  EXPECT_EQ(night.report["profiles"]["changed"], 0);
  EXPECT_EQ(night.report["profiles"]["unchanged"], 120);
  EXPECT_TRUE(District::read(district.out("a")) == before);
}

TEST(SecondDay, IsTheSameFromFullFilesAndFromADelta) {
  District district(1500);
  ASSERT_EQ(district.night("full", "day1").exit_code, 0);
  district.copy("full", "delta");
  auto full = district.night("full", "day2-full");
  auto delta = district.night("delta", "day2-delta", "", "--set mode=delta");
  ASSERT_EQ(full.exit_code, 0) << full.errors << full.report.dump();
  // 3: a delta without a source's folder is a source that was not heard.
  ASSERT_TRUE(delta.exit_code == 0 || delta.exit_code == 3) << delta.errors << delta.report.dump();
  for (const char* file : {"record.ndjson", "nurses.ndjson", "success_plans.ndjson"})
    EXPECT_TRUE(District::read(district.out("full", file)) ==
                District::read(district.out("delta", file)))
        << file;
  for (std::size_t d = 0; d < 3; ++d)
    for (const char* count : {"delivered", "unchanged", "withheld", "out_of_scope", "removed"})
      EXPECT_EQ(full.report["deliveries"][d][count], delta.report["deliveries"][d][count])
          << count << d;
  EXPECT_EQ(full.report["profiles"], delta.report["profiles"]);
}

TEST(Sums, HoldInEveryNight) {
  District district(400);
  for (const char* day : {"day1", "day1", "day2-full"}) {
    auto night = district.night("a", day);
    ASSERT_EQ(night.exit_code, 0) << night.errors << night.report.dump();
    for (const auto& source : night.report["sources"])
      for (const auto& s : source["streams"])
        EXPECT_EQ(s["read"].get<int>(), s["mapped"].get<int>() + s["unchanged"].get<int>() +
                                            s["filtered"].get<int>() + s["refused"].get<int>() +
                                            s["removals"].get<int>() + s["quarantined"].get<int>());
  }
}

TEST(VictimServices, AreRefusedAndLeaveNoTrace) {
  District district(3000);
  auto night = district.night("a", "day1");
  ASSERT_EQ(night.exit_code, 0) << night.errors;
  uint64_t refused = 0;
  for (const auto& source : night.report["sources"])
    for (const auto& stream : source["streams"]) refused += stream["refused"].get<uint64_t>();
  EXPECT_GT(refused, 0u);
}

TEST(Coordinators, NeverSeeMealStatusResidenceDiagnosesOrDisabilityCategory) {
  District district(600);
  ASSERT_EQ(district.night("a", "day1").exit_code, 0);
  auto text = District::read(district.out("a", "success_plans.ndjson"));
  ASSERT_GT(lines(text), 0u);
  for (const char* word : {"\"schoolMeals\"", "\"conditions\"", "icd10", "\"residence\"",
                           "primaryDisability", "\"cameFrom\""})
    EXPECT_EQ(text.find(word), std::string::npos) << word;
}

}  // namespace
}  // namespace homeroom::flows
