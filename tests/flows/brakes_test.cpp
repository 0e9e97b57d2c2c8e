// Brakes: a night on which far more changes than usual publishes nothing until a person lets it.
#include <gmock/gmock.h>

#include "hub/sqlite/sqlite.hpp"
#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string> students{
    "9001,Anna,Testwood,2014-11-03", "9002,Ben,Testwood,2015-01-04",
    "9003,Otto,Sampleton,2015-02-20", "9004,Ida,Mockridge,2014-12-24"};
const std::vector<std::string> referrals{"R1,Anna,Testwood,2014-11-03",
                                         "R2,Someone,Elsewhere,2011-01-01"};

struct Case {
  const char* brake;
  std::vector<std::string> students, referrals;  ///< of the second day
  const char* says;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.brake;
}

class Brakes : public ::testing::TestWithParam<Case> {
 protected:
  /// `brake` trips at a quarter; no other does.
  void SetUp() override {
    std::string text = "\nbrakes:\n";
    for (const char* name :
         {"students_gone", "one_school_gone", "students_new", "birth_dates_changed",
          "names_changed", "records_joined", "column_gone_null", "profiles_to_send"})
      text += std::string("  ") + name +
              (name == std::string(GetParam().brake) ? ": {above: 24%, at_least: 0}\n"
                                                     : ": {above: 100%, at_least: 1000}\n");
    std::ofstream(pretend_.at("workspace/homeroom.yaml"), std::ios::app) << text;
    pretend_.students(students);
    pretend_.referrals(referrals);
    pretend_.night();
    published_ = pretend_.record();
    pretend_.students(GetParam().students);
    pretend_.referrals(GetParam().referrals);
  }
  Pretend pretend_;
  std::string published_;
};

TEST_P(Brakes, PublishNothingUntilAPersonLetsItPass) {
  auto planned = pretend_.say({"plan", "nightly"});
  EXPECT_EQ(planned.exit_code, 4);
  EXPECT_THAT(planned.out, HasSubstr(GetParam().says));

  auto stopped = pretend_.say({"--output", "json", "run", "nightly"});
  EXPECT_EQ(stopped.exit_code, 4) << stopped.out;
  EXPECT_EQ(stopped.json()["status"], "brake");
  EXPECT_THAT(stopped.json()["trouble"][0].get<std::string>(), HasSubstr(GetParam().says));
  EXPECT_EQ(pretend_.record(), published_);

  auto passed = pretend_.say({"--output", "json", "run", "nightly", "--approve", GetParam().brake,
                              "--why", "the principal called"});
  EXPECT_EQ(passed.exit_code, 0) << passed.out;
  EXPECT_NE(pretend_.record(), published_);
  EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Brakes,
    ::testing::Values(
        Case{"students_gone",
             {students[0], students[1], students[2]},
             referrals,
             "students_gone: 1 of 4; when that is right: homeroom run nightly --approve "},
        Case{"one_school_gone",
             {students[0], students[1], students[2]},
             referrals,
             "one_school_gone: school 7, 1 of 4"},
        Case{"students_new",
             {students[0], students[1], students[2], students[3], "9005,Eva,Newman,2014-02-02"},
             referrals,
             "students_new: 1 of 4"},
        Case{"birth_dates_changed",
             {students[0], students[1], "9003,Otto,Sampleton,2015-02-21", students[3]},
             referrals,
             "birth_dates_changed: 1 of 4"},
        Case{"names_changed",
             {students[0], students[1], "9003,Otto,Samplefield,2015-02-20", students[3]},
             referrals,
             "names_changed: 1 of 4"},
        Case{"records_joined",
             students,
             {referrals[0], referrals[1], "R3,Otto,Sampleton,2015-02-20"},
             "records_joined: 1 of 1"},
        Case{"column_gone_null",
             students,
             {"R1,Anna,Testwood,", "R2,Someone,Elsewhere,"},
             "column_gone_null: agency referrals.Born, 2 of 2"},
        Case{"profiles_to_send",
             {students[0], students[1], "9003,Otto,Sampleton,2015-02-21", students[3]},
             referrals,
             "profiles_to_send: 1 of 4"}),
    [](const auto& one) { return std::string(one.param.brake); });

/// How many students a school had is known from the nights before, or counted where an earlier
/// version wrote the store.
class SchoolOfBefore : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    std::ofstream(pretend_.at("workspace/homeroom.yaml"), std::ios::app)
        << "\nbrakes: {one_school_gone: {above: 24%, at_least: 0}, "
           "students_gone: {above: 100%, at_least: 1000}}\n";
    pretend_.write("schools.csv", "School,Title\n7,Pretend Elementary\n8,Pretend High\n");
    pretend_.referrals({});
  }
  /// Lines of students.csv, each with its school.
  void enrol(const std::vector<std::pair<std::string, std::string>>& lines) {
    std::string text = "Number,First,Last,Born,School,Grade\n";
    for (const auto& [line, school] : lines) text += line + ',' + school + ",05\n";
    pretend_.write("students.csv", text);
  }
  Pretend pretend_;
};

TEST_P(SchoolOfBefore, HasThoseWhoMovedThereAndNotThoseWhoComeTonight) {
  const auto& four = students;
  auto eva = "9005,Eva,Newman,2014-02-02", tom = "9006,Tom,Newman,2014-02-03";
  enrol({{four[0], "7"}, {four[1], "7"}, {four[2], "7"}, {four[3], "8"}});
  pretend_.night();
  enrol({{four[0], "7"}, {four[1], "7"}, {four[2], "8"}, {four[3], "8"}, {eva, "8"}});
  pretend_.night();
  if (GetParam())
    sqlite::Database(pretend_.at("hub.db"), sqlite::Access::write)
        .run("DELETE FROM reference WHERE stream = 'students by school'");
  enrol({{four[0], "7"}, {four[1], "7"}, {four[2], "8"}, {four[3], "8"}, {tom, "8"}});
  auto planned = pretend_.say({"plan", "nightly"});
  EXPECT_EQ(planned.exit_code, 4);
  EXPECT_THAT(planned.out, HasSubstr("one_school_gone: school 8, 1 of 3"));
}

INSTANTIATE_TEST_SUITE_P(Store, SchoolOfBefore, ::testing::Bool(), [](const auto& one) {
  return one.param ? "OfAnEarlierVersion" : "OfThisOne";
});

TEST(Approval, OfABrakeThatIsNoneIsRefused) {
  Pretend pretend;
  pretend.students(students);
  pretend.referrals(referrals);
  auto said = pretend.say({"run", "nightly", "--approve", "student_gone", "--why", "moved"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err,
              HasSubstr("no brake or destination student_gone, did you mean students_gone?"));
}

TEST(Brake, OfANightWithNothingBeforeIsNotAsked) {
  Pretend pretend;
  std::ofstream(pretend.at("workspace/homeroom.yaml"), std::ios::app)
      << "\nbrakes: {students_new: {above: 0%, at_least: 0}}\n";
  pretend.students(students);
  pretend.referrals(referrals);
  EXPECT_TRUE(pretend.night()["brakes"].empty());
}

}  // namespace
}  // namespace homeroom::flows
