// "Learn again" of docs/guide/identity.md, done as it is written.
#include <regex>

#include <gmock/gmock.h>

#include "tests/docs/commands.hpp"
#include "tests/docs/markdown.hpp"
#include "tests/flows/pretend.hpp"

namespace homeroom::docs {
namespace {

using ::testing::HasSubstr;

constexpr const char* page = "docs/guide/identity.md";

class LearnAgain : public ::testing::Test {
 protected:
  void SetUp() override {
    std::vector<std::string> students{"9001,Anna,Testwood,2014-11-03",
                                      "9003,Otto,Sampleton,2015-02-20"};
    std::vector<std::string> referrals{"R1,Anna,Testwood,2014-11-03"};
    for (int record = 2; record < 10; ++record)
      referrals.push_back("R" + std::to_string(record) + ",Otto,Sampleton,2015-02-20");
    pretend_.students(students);
    pretend_.referrals(referrals);
    pretend_.night();
    for (int child = 0; child < 400; ++child)
      students.push_back(std::to_string(9100 + child) + (child % 5 ? ",Anna" : ",Maximiliane") +
                         (child % 3 ? ",Testwood," : ",Mockery,") + "20" +
                         std::to_string(10 + child % 5) + "-0" + std::to_string(1 + child % 9) +
                         "-" + std::to_string(10 + child % 18));
    pretend_.students(students);
    pretend_.ask({"run", "nightly", "--approve", "students_new", "--why", "a new school"});
  }
  std::string said_by(const std::string& sample) const {
    std::string out;
    for (const auto& command : sample_with(page, sample)) {
      auto said = pretend_.say(words_of(command));
      EXPECT_EQ(said.exit_code, 0) << command << '\n' << said.err;
      out += said.out;
    }
    return out;
  }
  flows::Pretend pretend_;
};

TEST_F(LearnAgain, TellsTheDriftAsThePageDoes) {
  auto said = pretend_.say({"status"}).out;
  std::regex date(R"(\d{4}-\d\d-\d\d)");
  for (const auto& line : sample_with(page, "learned on"))
    EXPECT_THAT(std::regex_replace(said, date, "DAY"),
                HasSubstr(std::regex_replace(line, date, "DAY")));
}

TEST_F(LearnAgain, ShowsWhatCrossesAndAppliesByTheCommandsOfThePage) {
  auto looked = said_by("homeroom link train");
  for (const auto& line : sample_with(page, "Crossing a threshold"))
    EXPECT_THAT(looked, HasSubstr(line));
  EXPECT_THAT(said_by("link train --apply"), HasSubstr("These models are in force"));
  auto report = pretend_.night();
  EXPECT_EQ(report["persons"]["review"], 1);
  EXPECT_EQ(report["recognition"]["models"][0]["version"], 2);
}

}  // namespace
}  // namespace homeroom::docs
