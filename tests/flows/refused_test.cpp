// Shares that a destination says never to: told with the reason, and settled by people or by a
// later share.
#include <gmock/gmock.h>

#include "tests/flows/picky_tool.hpp"

namespace homeroom::flows {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::vector<std::string> anna_and_otto = {"9001,Anna,Testwood,2014-11-03",
                                                "9002,Otto,Sampleton,2015-02-20"};

class Refused : public ::testing::Test {
 protected:
  void SetUp() override {
    pretend_.referrals({});
    pretend_.students(anna_and_otto);
    tool_.refuse({"9002"});
  }
  nlohmann::json night(int exit_code) const {
    auto said = pretend_.say({"--output", "json", "run", "nightly"});
    EXPECT_EQ(said.exit_code, exit_code) << said.err << said.out;
    auto report = said.json();
    for (const auto& delivery : report["deliveries"])
      if (delivery["destination"] == "planner") last_ = delivery;
    return report;
  }
  nlohmann::json list(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> verb{"quarantine", "list"};
    verb.insert(verb.end(), more.begin(), more.end());
    return pretend_.ask(verb)["refused"];
  }
  std::string id() const { return list({"--all"}).at(0)["id"]; }
  std::vector<uint64_t> taken_of_otto() const {
    std::string who = list({"--all"}).at(0)["student"];
    auto taken = tool_.taken();
    return taken.contains(who) ? taken[who] : std::vector<uint64_t>{};
  }
  void settle(const char* act) const {
    auto said = pretend_.say({"quarantine", act, id(), "--why", "the tool was mended"});
    EXPECT_EQ(said.exit_code, 0) << said.err;
  }

  Pretend pretend_;
  PickyTool tool_{pretend_};
  mutable nlohmann::json last_;  ///< of the tool, in the last night
};

TEST_F(Refused, AShareStandsInQuarantineWithItsPlaceAndReasonAndIsNotSentAgain) {
  for (int again = 0; again < 2; ++again) {
    auto report = night(3);
    EXPECT_THAT(report["trouble"].dump(),
                HasSubstr("planner refused 1 student: HTTP 422 at /enrollments/0/gradeLevel; "
                          "homeroom quarantine show 1-1"));
    EXPECT_EQ(last_["refused"], 1);
    EXPECT_EQ(tool_.asked(), 2u);
  }
  auto refused = list();
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0]["destination"], "planner");
  EXPECT_EQ(refused[0]["sequence"], 1);
  EXPECT_EQ(refused[0]["state"], "open");
  EXPECT_EQ(refused[0]["first_run"], 1);
  EXPECT_THAT(refused[0]["student"].get<std::string>(), testing::StartsWith("p-"));
  EXPECT_EQ(pretend_.ask({"quarantine", "show", id()}), refused[0]);
  EXPECT_THAT(list({"--destination", "record"}), IsEmpty());
  EXPECT_THAT(pretend_.say({"quarantine", "list", "--destination", "plannr"}).err,
              HasSubstr("did you mean planner?"));
}

TEST_F(Refused, AShareThatIsReplayedGoesOutOnceUnderTheNextSequence) {
  night(3);
  tool_.refuse({});
  settle("replay");
  EXPECT_EQ(list()[0]["state"], "replay waits");
  auto otto = list()[0]["student"].get<std::string>();
  night(0);
  EXPECT_EQ(last_["delivered"], 1);
  EXPECT_EQ(last_["cleared"], 1);
  EXPECT_THAT(tool_.taken()[otto], ElementsAre(2));
  EXPECT_THAT(list({"--all"}), IsEmpty());
  night(0);
  EXPECT_EQ(last_["cleared"], 0);
  EXPECT_THAT(tool_.taken()[otto], ElementsAre(2));
}

TEST_F(Refused, AllOfADestinationAreReplayedAndRefusedAgainTheyWaitAgain) {
  tool_.refuse({"9001", "9002"});
  auto report = night(3);
  EXPECT_THAT(report["trouble"].dump(),
              HasSubstr("refused 2 students: HTTP 422 at /enrollments/0/gradeLevel; "
                        "homeroom quarantine list --destination planner"));
  EXPECT_EQ(pretend_.ask(
                {"quarantine", "replay", "--destination", "planner", "--why", "a try"})["replayed"],
            2);
  tool_.refuse({"9002"});
  night(3);
  auto refused = list();
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0]["state"], "open");
  EXPECT_EQ(refused[0]["sequence"], 2);
  EXPECT_EQ(refused[0]["first_run"], 1) << "the reason is the same";
}

TEST_F(Refused, AShareThatChangedAndIsTakenClearsItselfAndSaysSo) {
  night(3);
  pretend_.students({anna_and_otto[0], "9002,Otto,Samplefield,2015-02-20"});
  tool_.refuse({});
  auto said = pretend_.say({"run", "nightly"});
  EXPECT_EQ(said.exit_code, 0) << said.out;
  EXPECT_THAT(said.out, HasSubstr("planner took 1 student that it had refused before"));
  EXPECT_THAT(list({"--all"}), IsEmpty());
}

TEST_F(Refused, WhatIsDroppedIsHeldUntilTheShareChanges) {
  night(3);
  settle("drop");
  EXPECT_THAT(list(), IsEmpty());
  EXPECT_EQ(list({"--all"})[0]["state"], "dropped");
  night(0);
  EXPECT_EQ(last_["held"], 1);
  EXPECT_EQ(last_["refused"], 0);
  EXPECT_EQ(tool_.asked(), 2u);
  pretend_.students({anna_and_otto[0], "9002,Otto,Samplefield,2015-02-20"});
  night(3);
  EXPECT_EQ(last_["refused"], 1);
  EXPECT_EQ(list()[0]["first_run"], 1);
}

TEST_F(Refused, AChildWhoLeavesIsToldToTheDestinationAndTakesTheRefusalAlong) {
  tool_.refuse({});
  night(0);
  tool_.refuse({"9002"});
  pretend_.students({anna_and_otto[0], "9002,Otto,Samplefield,2015-02-20"});
  night(3);
  pretend_.students({anna_and_otto[0]});
  night(0);
  EXPECT_EQ(last_["removed"], 1);
  EXPECT_THAT(list({"--all"}), IsEmpty());
}

TEST_F(Refused, AChildWhoIsForgottenTakesTheRefusalAlong) {
  night(3);
  pretend_.ask({"keys", "shred", "district:9002", "--why", "the family asked"});
  EXPECT_THAT(list({"--all"}), IsEmpty());
}

TEST_F(Refused, WhatADestinationRepeatsOfAStudentIsMasked) {
  // The plugin repeats a pointer of keys it sent; a value that looks like a key is what is left.
  tool_.refuse({"9002"}, R"({"pointer": "/9002/gradeLevel"})");
  auto report = night(3);
  // Times and hashes may show these digits by chance.
  for (const char* chance :
       {"configuration", "cpu_seconds", "peak_rss_bytes", "seconds", "sources", "stages"})
    report.erase(chance);
  EXPECT_THAT(report.dump(), HasSubstr("HTTP 422 at /9999/gradeLevel"));
  EXPECT_THAT(report.dump(), Not(HasSubstr("9002")));
  EXPECT_THAT(list().dump(), Not(HasSubstr("9002")));
}

TEST_F(Refused, AShareIsMendedWhereItComesFrom) {
  night(3);
  auto said = pretend_.say({"quarantine", "fix", id(), "--set", "Grade=06", "--why", "a guess"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("homeroom correct p-"));
}

TEST_F(Refused, RecordsAndSharesOfARunAreNumberedTogetherAlsoThoseOfTwoSources) {
  pretend_.students({anna_and_otto[0], anna_and_otto[1], "9003,Ida,,2014-12-24"});
  pretend_.referrals({"R1,Anna,Testwood,2014-11-03", "R1,Anna,Testwood,2014-11-03"});
  night(3);
  auto all = pretend_.ask({"quarantine", "list"});
  std::set<std::string> ids;
  for (const auto& kind : {"set_aside", "refused"})
    for (const auto& one : all[kind]) ids.insert(one["id"]);
  EXPECT_EQ(ids.size(), all["set_aside"].size() + all["refused"].size()) << all;
  EXPECT_GE(ids.size(), 3u) << all;
}

}  // namespace
}  // namespace homeroom::flows
