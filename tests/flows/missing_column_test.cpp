// An optional column that is not in tonight's files was not read: what it said stays, and the night
// says so until it is back.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using ::testing::HasSubstr;

class MissingColumn : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto file = pretend_.at("workspace/mappings/sis.yaml");
    auto text = cli::whole(file);
    for (const auto& [plain, optional] : {std::pair{"First, Last, Born", "First?, Last, Born"},
                                          {"School, Title", "School, Title?"}})
      text.replace(text.find(plain), std::string(plain).size(), optional);
    std::ofstream(file) << text;
    write(
        "Number,First,Last,Born,School,Grade\n9001,Anna,Testwood,2014-11-03,7,05\n"
        "9002,Otto,Sampleton,2015-02-20,7,05\n");
    pretend_.referrals({});
    pretend_.night();
  }
  void write(const std::string& students) const { pretend_.write("students.csv", students); }
  nlohmann::json run(int exit_code) const {
    auto said = pretend_.say({"--set", "mode=" + GetParam(), "--output", "json", "run", "nightly"});
    EXPECT_EQ(said.exit_code, exit_code) << said.out << said.err;
    return said.json();
  }
  Pretend pretend_;
};

TEST_P(MissingColumn, KeepsWhatItSaidAndSaysSoUntilItIsBack) {
  auto before = pretend_.record();
  write(
      "Number,Forename,Last,Born,School,Grade\n9001,Anna,Testwood,2014-11-03,7,05\n"
      "9002,Otto,Sampleton,2015-02-20,7,05\n");
  for (int night = 0; night < 2; ++night) {
    auto report = run(3);
    EXPECT_THAT(report["trouble"].dump(), HasSubstr("sis students: column First is not there any "
                                                    "more, and what it said is kept"));
    EXPECT_EQ(report["sources"][0]["streams"][0]["missing_columns"][0], "First");
    EXPECT_EQ(report["profiles"]["changed"], 0);
    EXPECT_EQ(pretend_.record(), before);
  }
  write(
      "Number,First,Last,Born,School,Grade\n9001,Anne,Testwood,2014-11-03,7,05\n"
      "9002,Otto,Sampleton,2015-02-20,7,05\n");
  EXPECT_EQ(run(0)["profiles"]["changed"], 1);
}

TEST_P(MissingColumn, LetsTheOthersChange) {
  write(
      "Number,Last,Born,School,Grade\n9001,Testfield,2014-11-03,7,05\n"
      "9002,Sampleton,2015-02-20,7,05\n9003,Mockridge,2014-12-24,7,05\n");
  auto report = run(3);
  EXPECT_EQ(report["profiles"]["changed"], 1);
  EXPECT_EQ(report["profiles"]["new"], 1);
  EXPECT_THAT(pretend_.record(), HasSubstr(R"("first":"Anna")"));
  EXPECT_THAT(pretend_.record(), HasSubstr("Testfield"));
}

TEST_P(MissingColumn, OfALookUpKeepsWhatItSaidToo) {
  auto before = pretend_.record();
  ASSERT_THAT(before, HasSubstr("Pretend Elementary"));
  pretend_.write("schools.csv", "School,Name\n7,Pretend Elementary\n");
  EXPECT_THAT(run(3)["trouble"].dump(), HasSubstr("sis schools: column Title"));
  EXPECT_EQ(pretend_.record(), before);
}

TEST(AbsentColumn, ThatNeverHeldAnythingIsNoTrouble) {
  Pretend pretend;
  auto file = pretend.at("workspace/mappings/sis.yaml");
  auto text = cli::whole(file);
  text.replace(text.find("School, Grade"), 13, "School, Grade, Nickname?");
  std::ofstream(file) << text;
  pretend.students({"9001,Anna,Testwood,2014-11-03"});
  pretend.referrals({});
  for (int night = 0; night < 2; ++night) EXPECT_EQ(pretend.night()["trouble"].size(), 0);
}

INSTANTIATE_TEST_SUITE_P(Mode, MissingColumn, ::testing::Values("full", "delta"),
                         [](const auto& mode) { return mode.param; });

}  // namespace
}  // namespace homeroom::flows
