// check refuses what a night or the scheduler would stumble over.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class Check : public testing::Test {
 protected:
  void SetUp() override {
    pretend_.students({"9001,Anna,Testwood,2014-11-03"});
    pretend_.referrals({});
  }
  void plan_by(const std::string& calendar) const {
    pretend_.change_workspace("destinations: all}",
                              "destinations: all, at: \"03:15\", days: school days}");
    pretend_.change_workspace("\njobs:", "\ncalendar: {days: " + calendar + "}\n\njobs:");
  }
  Pretend pretend_;
};

TEST_F(Check, SaysHowManyJobsStartByThemselves) {
  std::ofstream(pretend_.at("workspace/days.csv")) << "date,kind\n2026-01-14,instructional\n";
  plan_by("days.csv");
  auto said = pretend_.say({"check"});
  EXPECT_EQ(said.exit_code, 0) << said.out;
  EXPECT_THAT(said.out, HasSubstr("1 job starts by itself"));
}

TEST_F(Check, RefusesACalendarByWhichNothingCanBePlanned) {
  std::ofstream(pretend_.at("workspace/empty.csv")) << "date,kind\n";
  plan_by("nofile.csv");
  for (const char* file : {"nofile.csv", "empty.csv"}) {
    if (file == std::string("empty.csv")) pretend_.change_workspace("nofile.csv", file);
    auto said = pretend_.say({"check"});
    EXPECT_EQ(said.exit_code, 2) << said.out;
    EXPECT_THAT(said.out, ContainsRegex("WRONG +schedules .*" + std::string(file)));
    EXPECT_EQ(pretend_.say({"serve", "--listen", "127.0.0.1:0"}).exit_code, 2);
  }
}

TEST_F(Check, RefusesATimeZoneThatIsNoneWithItsPlace) {
  pretend_.change_workspace("America/New_York", "America/NewYork");
  for (const char* verb : {"check", "status"}) {
    auto said = pretend_.say({verb});
    EXPECT_EQ(said.exit_code, 2) << said.out;
    EXPECT_THAT(said.err, HasSubstr("homeroom.yaml:4:62: no time zone America/NewYork, "
                                    "did you mean America/New_York?"));
  }
  EXPECT_EQ(pretend_.say({"serve", "--listen", "127.0.0.1:0"}).exit_code, 2);
}

}  // namespace
}  // namespace homeroom::flows
