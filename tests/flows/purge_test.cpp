// What is past its time is destroyed, in copies of before too, and the audit log says how much;
// what a source still brings stays, and who comes again is welcome.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string anna = "9001,Anna,Testwood,2014-11-03";
const std::string otto = "9002,Otto,Sampleton,2015-02-20";
const std::string referral = "R1,Anna,Testwood,2014-11-03";

class Purge : public ::testing::Test {
 protected:
  void SetUp() override {
    auto policy = pretend_.at("workspace/policy/record.yaml");
    auto text = cli::whole(policy);
    std::ofstream(policy) << text.replace(text.find("2026-12-31"), 10, "2040-12-31");
    pretend_.students({anna, otto});
    pretend_.referrals({referral});
    on("2026-01-13");
  }
  /// A night on that day; its report.
  nlohmann::json on(const std::string& day, int exit_code = 0) const {
    auto said = at(day, {"--output", "json", "run", "nightly"});
    EXPECT_EQ(said.exit_code, exit_code) << said.err << said.out;
    return said.json();
  }
  cli::Said at(const std::string& day, std::vector<std::string> verb) const {
    verb.insert(verb.begin(), {"--set", "run_date=" + day});
    return pretend_.say(verb);
  }
  /// How much of a class is stored and past its time on a day.
  std::pair<int, int> of(const std::string& what, const std::string& day) const {
    auto said = at(day, {"--output", "json", "purge", "--plan"});
    EXPECT_EQ(said.exit_code, 0) << said.err;
    auto planned = said.json();
    for (const auto& one : planned["classes"])
      if (one["class"] == what) return {one["stored"], one["past"]};
    ADD_FAILURE() << "no class " << what;
    return {};
  }
  /// Purges on a day; something must be past its time before, and nothing after.
  void purge(const std::string& day) const {
    EXPECT_EQ(at(day, {"purge", "--verify"}).exit_code, 1);
    auto said = at(day, {"purge", "--why", "the yearly tidying"});
    EXPECT_EQ(said.exit_code, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("the audit log has the proof: digest "));
    EXPECT_EQ(at(day, {"purge", "--verify"}).exit_code, 0);
    EXPECT_EQ(pretend_.say({"audit", "verify"}).exit_code, 0);
  }
  void back_up() const {
    EXPECT_EQ(pretend_.say({"backup", "--out", pretend_.at("backup")}).exit_code, 0);
  }
  void restore(const std::string& day) const {
    auto said =
        at(day, {"restore", "--from", pretend_.at("backup"), "--replace", "--why", "a test"});
    EXPECT_EQ(said.exit_code, 0) << said.err;
  }
  bool knows(const std::string& number) const {
    return pretend_.say({"profile", "district:" + number}).exit_code == 0;
  }
  Pretend pretend_;
};

TEST_F(Purge, NothingIsPastItsTimeWhileSourcesBringIt) {
  on("2036-01-13");
  auto planned = at("2036-01-14", {"--output", "json", "purge", "--plan"}).json();
  uint64_t stored = 0;
  for (const auto& one : planned["classes"]) {
    if (one["class"] == "run reports" || one["class"] == "states") continue;
    EXPECT_EQ(one["past"], 0) << one;
    stored += one["stored"].get<uint64_t>();
  }
  EXPECT_GT(stored, 0u);
}

TEST_F(Purge, WhatIsLeftOfAStudentGoesAYearAfterTheLastDayInCopiesToo) {
  pretend_.ask({"correct", "district:9002", "name.middle", "--value", "Zyxw", "--why", "a call"});
  on("2026-01-13");
  back_up();
  pretend_.students({anna});
  on("2026-01-14");
  EXPECT_EQ(of("left students", "2027-01-14"), std::pair(1, 0));
  EXPECT_EQ(of("left students", "2027-01-15"), std::pair(1, 1));
  purge("2027-01-15");
  EXPECT_EQ(of("left students", "2027-01-15"), std::pair(0, 0));

  restore("2027-01-15");
  EXPECT_TRUE(knows("9001"));
  EXPECT_FALSE(knows("9002"));
  auto night = at("2027-01-15", {"--output", "json", "run", "nightly", "--approve", "moved_store",
                                 "--why", "it takes over"});
  EXPECT_EQ(night.exit_code, 0) << night.err << night.out;
  EXPECT_EQ(night.json()["profiles"]["total"], 1);
  EXPECT_THAT(pretend_.record(), Not(HasSubstr("Otto")));
}

TEST_F(Purge, WhoComesAgainIsWelcomeAndStaysWhenAnOlderCopyIsPutBack) {
  pretend_.students({anna});
  on("2026-01-14");
  purge("2027-06-01");
  pretend_.students({anna, otto});
  EXPECT_EQ(on("2027-09-01")["sources"][0]["streams"][0]["refused"], 0);
  EXPECT_TRUE(knows("9002"));
  back_up();
  restore("2027-09-02");
  EXPECT_TRUE(knows("9002"));
  pretend_.students({anna});
  auto night = at("2027-09-03", {"run", "nightly", "--approve", "moved_store", "--why", "a test"});
  EXPECT_EQ(night.exit_code, 0) << night.out;
  EXPECT_EQ(of("left students", "2028-09-03"), std::pair(1, 1)) << "a year after the second time";
}

TEST_F(Purge, RecordsOfASourceThatIsSilentGoAndProfilesAreMadeWithoutThem) {
  auto file = pretend_.at("workspace/homeroom.yaml");
  auto text = cli::whole(file);
  text.replace(text.find("keep 7 days"), 11, "keep 400 days");  // else it is withheld before
  std::ofstream(file) << text;
  EXPECT_THAT(pretend_.records()["9001"], SizeIs(1));
  back_up();
  std::filesystem::remove(pretend_.at("data/referrals.csv"));
  on("2027-01-13", 3);
  EXPECT_THAT(pretend_.records()["9001"], SizeIs(1)) << "what it said last stands";
  EXPECT_EQ(of("records under ferpa", "2027-01-13"), std::pair(1, 0));
  EXPECT_EQ(of("records under ferpa", "2027-01-14"), std::pair(1, 1));
  purge("2027-01-14");
  EXPECT_EQ(on("2027-01-14", 3)["profiles"]["changed"], 1);
  EXPECT_THAT(pretend_.records()["9001"], IsEmpty());
  pretend_.referrals({referral});
  on("2027-01-15");
  EXPECT_THAT(pretend_.records()["9001"], SizeIs(1));

  std::filesystem::remove(pretend_.at("data/referrals.csv"));
  restore("2027-01-16");
  auto night = at("2027-01-16", {"run", "nightly", "--approve", "moved_store", "--why", "a test"});
  EXPECT_EQ(night.exit_code, 3) << night.out;
  EXPECT_THAT(pretend_.records()["9001"], IsEmpty()) << "the copy was of before";
}

TEST_F(Purge, AnAgreementThatEndedTakesItsRecordsAlong) {
  auto file = pretend_.at("workspace/homeroom.yaml");
  auto text = cli::whole(file);
  text.insert(text.find("    regime: ferpa\n", text.find("  agency:")), "    agreement: pantry\n");
  text +=
      "\nagreements:\n  pantry: {kind: DSA, with: Invented Pantry, classes: [identity, service], "
      "ends: 2026-03-31, destroy: 30 days, paper: pantry.pdf}\n";
  std::ofstream(file) << text;
  EXPECT_EQ(of("records under ferpa", "2026-04-30"), std::pair(1, 0));
  EXPECT_EQ(of("records under ferpa", "2026-05-01"), std::pair(1, 1));
}

TEST_F(Purge, ARecordSetAsideGoesAMonthAfterItsSourceBroughtItLast) {
  pretend_.students({anna, "9002,Otto,,2015-02-20"});
  on("2026-01-14", 3);
  on("2026-06-01");  // brought again: its time begins anew
  EXPECT_EQ(of("quarantine", "2026-07-01"), std::pair(1, 0));
  EXPECT_EQ(of("quarantine", "2026-07-02"), std::pair(1, 1));
  back_up();
  purge("2026-07-02");
  EXPECT_THAT(pretend_.ask({"quarantine", "list"})["set_aside"], IsEmpty());
  restore("2026-07-02");
  EXPECT_THAT(pretend_.ask({"quarantine", "list"})["set_aside"], IsEmpty());
}

TEST_F(Purge, ABackupKnowsOfAllThatWentHoweverMuchItWas) {
  std::vector<std::string> many{anna};
  for (int i = 0; i < 600; ++i)
    many.push_back(std::to_string(10000 + i) + ",First" + std::to_string(i) + ",Mockridge" +
                   std::to_string(i) + ",2014-12-24");
  pretend_.students(many);
  auto approved = [&](const std::string& day) {
    auto said =
        at(day, {"run", "nightly", "--approve", "students_gone", "--approve", "one_school_gone",
                 "--approve", "students_new", "--approve", "profiles_to_send", "--why", "a test"});
    EXPECT_EQ(said.exit_code, 0) << said.err << said.out;
  };
  approved("2026-01-14");
  pretend_.students({anna});
  approved("2026-01-15");
  EXPECT_EQ(of("left students", "2027-06-01"), std::pair(601, 601));
  purge("2027-06-01");
  back_up();
  restore("2027-06-01");
  EXPECT_TRUE(knows("9001"));
}

TEST_F(Purge, AJobOfItsOwnPurgesAndSaysSo) {
  std::ofstream(pretend_.at("workspace/homeroom.yaml"), std::ios::app)
      << "  tidy: {sources: none, destinations: all, purge: true}\n"
         "retention: {left_students: 10 days, run_reports: 100 days, states: 50 days}\n";
  pretend_.students({anna});
  on("2026-01-14");
  auto said = at("2037-01-01", {"--output", "json", "run", "tidy"});
  EXPECT_EQ(said.exit_code, 0) << said.err << said.out;
  std::map<std::string, int> purged;
  auto report = said.json();
  for (const auto& one : report["purged"]) purged[one["class"]] = one["count"];
  EXPECT_EQ(purged["left students"], 1);
  EXPECT_EQ(purged["run reports"], 2);
  EXPECT_GT(purged["states"], 0);
  EXPECT_THAT(at("2026-01-15", {"run", "tidy"}).out, Not(HasSubstr("Purged")));
}

// By a clock that is years ahead, for example.
TEST_F(Purge, AJobThatWouldDestroyMuchDestroysNothingUntilAPersonAgrees) {
  std::ofstream(pretend_.at("workspace/homeroom.yaml"), std::ios::app)
      << "  tidy: {sources: none, destinations: all, purge: true}\n"
         "brakes:\n  records_purged: {above: 24%, at_least: 0}\n";
  pretend_.students({anna});
  on("2026-01-14");
  auto planned = at("2037-01-01", {"run", "tidy", "--dry-run"});
  auto stopped = at("2037-01-01", {"run", "tidy"});
  for (const auto& said : {planned, stopped}) {
    EXPECT_EQ(said.exit_code, 4) << said.err << said.out;
    EXPECT_THAT(said.out, HasSubstr("records_purged: 2 of 2; when that is right: homeroom run tidy "
                                    "--approve records_purged --why TEXT"));
  }
  EXPECT_EQ(of("left students", "2037-01-01"), std::pair(1, 1));

  auto agreed =
      at("2037-01-01", {"run", "tidy", "--approve", "records_purged", "--why", "years ago"});
  EXPECT_EQ(agreed.exit_code, 0) << agreed.err << agreed.out;
  EXPECT_EQ(of("left students", "2037-01-01"), std::pair(0, 0));
  EXPECT_THAT(agreed.out, HasSubstr("records_purged"));
}

}  // namespace
}  // namespace homeroom::flows
