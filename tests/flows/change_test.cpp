// A changed mapping, code list, trust order or policy recomputes what it made, without reading again.
#include <gtest/gtest.h>

#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

TEST(ChangedPolicy, TakesBackWhatItForbids) {
  District district(150);
  ASSERT_EQ(district.night("a", "day1").exit_code, 0);
  District::replace(district.workspace("homeroom.yaml"), "send: [name, school, grade, birthDate, immunizations, conditions, allergies]",
                    "send: [name, school, grade, birthDate, immunizations]");
  auto night = district.night("a", "day1", "--approve profiles_to_send --why test");
  ASSERT_EQ(night.exit_code, 0) << night.errors << night.report.dump();
  EXPECT_EQ(night.report["profiles"]["changed"], 0);
  EXPECT_EQ(District::read(district.out("a", "nurses.ndjson")).find("\"allergies\""), std::string::npos);
}

TEST(ChangedCodeList, ChangesTheProfilesItMade) {
  District district(150);
  ASSERT_EQ(district.night("a", "day1").exit_code, 0);
  District::replace(district.workspace("mappings/sis.yaml"), "R: reduced", "R: free");
  auto night = district.night("a", "day1", "--approve profiles_to_send --why test");
  ASSERT_EQ(night.exit_code, 0) << night.errors << night.report.dump();
  EXPECT_GT(night.report["profiles"]["changed"].get<int>(), 0);
  EXPECT_EQ(District::read(district.out("a")).find("\"reduced\""), std::string::npos);
}

TEST(SetAside, KeepsYesterdaysProfile) {
  District district(60);
  ASSERT_EQ(district.night("a", "day1").exit_code, 0);
  auto before = District::read(district.out("a"));
  auto demographics = District::read(district.data("day1/oneroster/demographics.csv"));
  auto dash = demographics.find("201", demographics.find('\n'));
  demographics.replace(dash, 10, "2014-02-30");
  District::write(district.data("day1/oneroster/demographics.csv"), demographics);
  auto night = district.night("a", "day1");
  ASSERT_EQ(night.exit_code, 0) << night.errors << night.report.dump();
  EXPECT_EQ(night.report["profiles"]["changed"], 0);
  EXPECT_GT(night.report["findings"]["warning"].get<int>(), 0);
  EXPECT_TRUE(District::read(district.out("a")) == before);
}

TEST(Brake, StopsANightOnWhichManyStudentsAreGone) {
  District district(400);
  ASSERT_EQ(district.night("a", "day1").exit_code, 0);
  auto users = District::read(district.data("day1/oneroster/users.csv"));
  std::string kept;
  int dropped = 0;
  for (std::size_t at = 0; at < users.size();) {
    auto end = users.find('\n', at) + 1;
    auto line = users.substr(at, end - at);
    at = end;
    if (line.starts_with("stu-") && dropped < 60) ++dropped;
    else kept += line;
  }
  District::write(district.data("day1/oneroster/users.csv"), kept);
  auto before = District::read(district.out("a"));
  auto night = district.night("a", "day1");
  EXPECT_EQ(night.exit_code, 4) << night.errors;
  EXPECT_TRUE(District::read(district.out("a")) == before);
  auto approved = district.night("a", "day1", "--approve students_gone --approve one_school_gone --why test");
  EXPECT_EQ(approved.exit_code, 0) << approved.errors << approved.report.dump();
  EXPECT_EQ(approved.report["profiles"]["removed"], 60);
}

}  // namespace
}  // namespace homeroom::flows
