// A case that does not hold must say what differs; a mapping with a mistake must say where.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "hub/map/map.hpp"
#include "hub/settings/model.hpp"

namespace homeroom::map {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* start = R"(mapping: 1
reads:
  kids: Id, Last, Born?
  homes?: Kid, City
nulls: [""]
tables:
  all:
    - from: kids
    - join: homes
      by: homes.Kid = Id
student:
  from: all
  key: Id
  required: [name.last]
  fields:
    name.last: Last
    birthDate: date(Born, 'YYYY-MM-DD') else keep
    addresses.home.city: homes.City
)";

class CaseFile : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& rest, const std::string& before = start) {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ =
        std::filesystem::path(testing::TempDir()) / (std::string("map_") + test->name() + ".yaml");
    std::ofstream(path_) << before << rest;
    return path_;
  }
  std::vector<std::string> differences(const std::string& given, const std::string& expect) {
    auto file = write("cases:\n  - case: one\n    given:\n" + given + "    expect:\n" + expect);
    auto results = run_cases(file, model_);
    EXPECT_EQ(results.size(), 1u);
    return results.at(0).differences;
  }
  void TearDown() override { std::filesystem::remove(path_); }

  record::Model model_ = settings::load_model(HOMEROOM_SOURCE_DIR "/configs/model.yaml", {});
  std::filesystem::path path_;
};

constexpr const char* one_kid =
    "      kids: |\n        Id,Last,Born\n        K1,Fauxley,2014-02-30\n";

TEST_F(CaseFile, a_wrong_value_is_told_with_both_sides) {
  EXPECT_THAT(
      differences(one_kid, "      student: [{key: K1, name.last: Mockridge}]\n"),
      ElementsAre(AllOf(HasSubstr("name.last"), HasSubstr("Mockridge"), HasSubstr("Fauxley"))));
}

TEST_F(CaseFile, a_row_too_many_or_too_few_is_told) {
  EXPECT_THAT(
      differences(one_kid, "      student: [{key: K2}]\n"),
      ElementsAre(HasSubstr("expected a student K2"), HasSubstr("not expected: student K1")));
  EXPECT_THAT(differences(one_kid, "      student: []\n"),
              ElementsAre(HasSubstr("not expected: student K1")));
}

TEST_F(CaseFile, an_impossible_date_is_kept_and_a_finding) {
  EXPECT_THAT(differences(one_kid,
                          "      student: [{key: K1, birthDate: {kept: true}}]\n"
                          "      findings: [{stream: kids, line: 2, field: birthDate, says: not a "
                          "date YYYY-MM-DD}]\n"),
              IsEmpty());
  EXPECT_THAT(differences(one_kid, "      findings: []\n"), Contains(HasSubstr("not expected")));
}

TEST_F(CaseFile, a_second_match_sets_the_row_aside) {
  std::string homes =
      "      homes: |\n        Kid,City\n        K1,Sampleton\n        K1,Mockville\n";
  EXPECT_THAT(differences(one_kid + homes,
                          "      student: []\n"
                          "      set_aside: [{stream: kids, line: 2, says: more than one row of "
                          "homes belongs to it}]\n"),
              IsEmpty());
}

TEST_F(CaseFile, a_joined_row_that_nothing_finds_is_left_out) {
  std::string homes =
      "      homes: |\n        Kid,City\n        K1,Sampleton\n        K9,Mockville\n";
  EXPECT_THAT(differences(one_kid + homes, "      left_out: {kids: 0, homes: 1}\n"), IsEmpty());
}

TEST_F(CaseFile, a_column_that_reads_does_not_name_cannot_be_given) {
  EXPECT_THAT(differences("      kids: |\n        Id,Lost\n        K1,x\n", "      student: []\n"),
              ElementsAre(HasSubstr("has no column Lost")));
}

TEST_F(CaseFile, lint_names_what_is_read_and_not_used) {
  std::string text = start;
  text.replace(text.find("Kid, City"), 9, "Kid, City, Zip");
  auto remarks = lint(write("", text), model_);
  ASSERT_EQ(remarks.size(), 1u);
  EXPECT_THAT(remarks[0].says, AllOf(HasSubstr("Zip"), HasSubstr("homes")));
  EXPECT_FALSE(remarks[0].is_error);
}

TEST_F(CaseFile, lint_asks_to_write_out_what_a_failure_does) {
  std::string text = start;
  text.erase(text.find(" else keep"), 10);
  auto remarks = lint(write("", text), model_);
  ASSERT_EQ(remarks.size(), 1u);
  EXPECT_THAT(remarks[0].says, HasSubstr("birthDate"));
  EXPECT_EQ(remarks[0].place.line, 17u);
}

TEST_F(CaseFile, a_misspelt_column_is_an_error_with_its_place) {
  std::string text = start;
  text.replace(text.find("name.last: Last"), 15, "name.last: Lst");
  auto remarks = lint(write("", text), model_);
  ASSERT_FALSE(remarks.empty());
  EXPECT_TRUE(remarks[0].is_error);
  EXPECT_EQ(remarks[0].place.line, 16u);
  EXPECT_THAT(remarks[0].says, HasSubstr("did you mean"));
}

}  // namespace
}  // namespace homeroom::map
