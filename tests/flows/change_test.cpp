// A changed mapping, code list, trust order or policy recomputes what it made, without reading
// again.
#include <gtest/gtest.h>

#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

TEST(ChangedPolicy, TakesBackWhatItForbids) {
  District district(150);
  ASSERT_EQ(district.night("a", "day1").exit_code, 0);
  District::replace(district.workspace("homeroom.yaml"),
                    "send: [name, school, grade, birthDate, immunizations, conditions, allergies]",
                    "send: [name, school, grade, birthDate, immunizations]");
  auto night = district.night("a", "day1", "--approve profiles_to_send --why test");
  ASSERT_EQ(night.exit_code, 0) << night.errors << night.report.dump();
  EXPECT_EQ(night.report["profiles"]["changed"], 0);
  EXPECT_EQ(District::read(district.out("a", "nurses.ndjson")).find("\"allergies\""),
            std::string::npos);
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

/// A night under a changed configuration must end where a first load under it does.
struct Change {
  const char* name;
  const char* file;  ///< in the workspace
  const char* what;
  const char* with;
  const char* reads = "";  ///< flags: what the night reads; the roster is not read where nothing of
                           ///< it is made again
};

class Changed : public testing::TestWithParam<Change> {};

TEST_P(Changed, EndsWhereAFirstLoadUnderItEnds) {
  const auto& change = GetParam();
  District district(150);
  ASSERT_EQ(district.night("a", "day1").exit_code, 0);
  auto before = District::read(district.out("a"));
  // Ids come from the keys, so both stores have the same ones.
  for (const char* part : {".keys", ".keys.keydb"})
    fs::copy_file(district.folder() / (std::string("a") + part),
                  district.folder() / (std::string("b") + part));
  District::replace(district.workspace(change.file), change.what, change.with);

  auto night = district.night("a", "day1",
                              std::string("--approve profiles_to_send --why test ") + change.reads);
  ASSERT_EQ(night.exit_code, 0) << night.errors << night.report["trouble"].dump();
  ASSERT_EQ(district.night("b", "day1", District::with_used_keys).exit_code, 0);
  EXPECT_FALSE(District::read(district.out("a")) == before) << "the change changes nothing";
  for (const char* file : {"record.ndjson", "nurses.ndjson", "success_plans.ndjson"})
    EXPECT_TRUE(District::read(district.out("a", file)) == District::read(district.out("b", file)))
        << file;
  EXPECT_EQ(delivered(district.night("a", "day1")), 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Configuration, Changed,
    testing::Values(Change{"Mapping", "mappings/sis.yaml",
                           "birthCity:      demographics.cityOfBirth",
                           "birthCity:      upper(demographics.cityOfBirth)"},
                    Change{"CodeList", "mappings/sis.yaml", "R: reduced", "R: free"},
                    Change{"TrustOrder", "homeroom.yaml", "default: [sis, health,",
                           "default: [health, sis,", "--source social"},
                    Change{"Policy", "policy/record.yaml", "but_not: [identity-strong,",
                           "but_not: [behavior, identity-strong,", "--source social"},
                    Change{"WhatIsAskedFor", "homeroom.yaml", "send: [everything]",
                           "send: [name, school, contacts]", "--source social"}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(ChangedPolicy, TakesAWholeShareBack) {
  District district(150);
  ASSERT_EQ(district.night("a", "day1").exit_code, 0);
  District::replace(district.workspace("policy/record.yaml"), "effect: allow", "effect: deny");
  auto night = district.night("a", "day1", "--approve profiles_to_send --why test");
  ASSERT_EQ(night.exit_code, 0) << night.errors << night.report["trouble"].dump();
  for (const auto& delivery : night.report["deliveries"])
    if (delivery["destination"] == "district_record") {
      EXPECT_EQ(delivery["removed"], 150);
      EXPECT_EQ(delivery["withheld"], 150);
    }
  EXPECT_EQ(District::read(district.out("a")), "");
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
    if (line.starts_with("stu-") && dropped < 60)
      ++dropped;
    else
      kept += line;
  }
  District::write(district.data("day1/oneroster/users.csv"), kept);
  auto before = District::read(district.out("a"));
  auto night = district.night("a", "day1");
  EXPECT_EQ(night.exit_code, 4) << night.errors;
  EXPECT_TRUE(District::read(district.out("a")) == before);
  auto approved =
      district.night("a", "day1", "--approve students_gone --approve one_school_gone --why test");
  EXPECT_EQ(approved.exit_code, 0) << approved.errors << approved.report.dump();
  EXPECT_EQ(approved.report["profiles"]["removed"], 60);
}

}  // namespace
}  // namespace homeroom::flows
