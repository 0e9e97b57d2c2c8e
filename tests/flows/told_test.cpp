// What a night tells besides its counts: that it failed although there is no store yet, what
// changed and was made anew for it, columns nobody reads, data of days to come.
#include <chrono>

#include <gmock/gmock.h>

#include "tests/cluster/kinds.hpp"
#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::vector<std::string> students{"9001,Anna,Testwood,2014-11-03",
                                        "9002,Otto,Sampleton,2015-02-20"};

class FirstNight : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    pretend_.put(tests::location_of(GetParam(), pretend_.at("hub.db")));
    if (pretend_.location().empty()) GTEST_SKIP() << tests::Cluster::how_to_install;
    pretend_.referrals({});
  }
  nlohmann::json runs() const { return pretend_.ask({"runs"})["runs"]; }
  void fail() const { EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 1); }

  Pretend pretend_;
};

TEST_P(FirstNight, ThatFailedStandsInTheListAndSaysWhy) {
  EXPECT_EQ(pretend_.say({"runs"}).exit_code, 2) << "nothing was run";
  fail();
  auto all = runs();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0]["status"], "failed");
  EXPECT_THAT(pretend_.say({"runs", "show", "1"}).out, HasSubstr("students.csv is missing"));
  auto status = pretend_.say({"status"});
  EXPECT_EQ(status.exit_code, 0) << status.err;
  EXPECT_THAT(status.out, HasSubstr("Last run    1, nightly, "));
  EXPECT_THAT(status.out, HasSubstr("students.csv is missing"));
  EXPECT_THAT(status.out, HasSubstr("Nothing is published yet."));
  EXPECT_EQ(pretend_.ask({"status"})["last_run"]["status"], "failed");
}

TEST_P(FirstNight, KeepsItsNumberWhenOneIsPublished) {
  fail();
  fail();
  pretend_.students(students);
  EXPECT_EQ(pretend_.night()["run"], "3");
  auto all = runs();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0]["status"], "succeeded");
  EXPECT_EQ(all[2]["run"], 1);
  EXPECT_EQ(all[2]["status"], "failed");
  EXPECT_FALSE(std::filesystem::exists(pretend_.at("hub.db.first-runs")));
  EXPECT_EQ(pretend_.night()["run"], "4");
}

TEST_P(FirstNight, ThatAMistakeInAMappingEndsIsThereToo) {
  pretend_.students(students);
  auto mapping = pretend_.at("workspace/mappings/agency.yaml");
  auto right = cli::whole(mapping);
  std::ofstream(mapping) << right << "nonsense: 1\n";
  EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 2);
  EXPECT_EQ(runs()[0]["status"], "failed");
  std::ofstream(mapping) << right;
  pretend_.night();
  std::ofstream(mapping) << right << "nonsense: 1\n";
  EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 2);
  EXPECT_THAT(runs(), SizeIs(3)) << "and so where a store is";
  EXPECT_THAT(pretend_.say({"runs", "show", "3"}).out, HasSubstr("agency.yaml"));
}

TEST_P(FirstNight, APlanLeavesNothing) {
  EXPECT_EQ(pretend_.say({"plan", "nightly"}).exit_code, 1);
  EXPECT_EQ(pretend_.say({"runs"}).exit_code, 2);
}

INSTANTIATE_TEST_SUITE_P(On, FirstNight, tests::both_stores(), tests::name_of_store);

class Told : public ::testing::Test {
 protected:
  void SetUp() override {
    pretend_.students(students);
    pretend_.referrals({"R1,Anna,Testwood,2014-11-03"});
    pretend_.night();
  }
  cli::Said plan() const { return pretend_.say({"plan", "nightly"}); }
  nlohmann::json trouble() const {
    return pretend_.say({"--output", "json", "run", "nightly"}).json()["trouble"];
  }
  void edit(const std::string& file, const std::string& what, const std::string& with) const {
    auto path = pretend_.at("workspace/" + file);
    auto text = cli::whole(path);
    std::ofstream(path) << text.replace(text.find(what), what.size(), with);
  }
  /// Referrals are dated so many hours after now.
  void date_ahead(int hours) const {
    auto file = pretend_.at("data/referrals.csv");
    std::filesystem::last_write_time(
        file, std::filesystem::file_time_type::clock::now() + std::chrono::hours(hours));
  }
  Pretend pretend_;
};

TEST_F(Told, APlanSaysWhichFilesChangedAndWhatIsMadeAnewForThem) {
  EXPECT_THAT(plan().out, Not(HasSubstr("Changed")));
  edit("mappings/agency.yaml", "nulls: [\"\"]", "nulls: [\"\", \"-\"]");
  for (int again = 0; again < 2; ++again) {
    auto said = plan();
    EXPECT_THAT(said.out, HasSubstr("Changed     mapping of agency\n"));
    EXPECT_THAT(said.out, HasSubstr("all records mapped anew: agency\n"));
  }
  auto report = pretend_.night();
  EXPECT_THAT(report["changed"], ElementsAre("mapping of agency"));
  EXPECT_EQ(report["sources"][0]["mapped_anew"], false);
  EXPECT_EQ(report["sources"][1]["mapped_anew"], true);
  EXPECT_EQ(report["merged_anew"], false);
  EXPECT_THAT(pretend_.night()["changed"], IsEmpty());
}

TEST_F(Told, APlanSaysThatTrustOrAPolicyChanged) {
  edit("homeroom.yaml", "default: [sis, agency]", "default: [agency, sis]");
  EXPECT_THAT(plan().out, HasSubstr("Changed     homeroom.yaml\n            all profiles merged "
                                    "anew\n"));
  pretend_.night();
  edit("homeroom.yaml", "send: [everything]", "send: [name, school, grade]");
  EXPECT_THAT(plan().out, HasSubstr("Changed     homeroom.yaml\n            all shares decided "
                                    "anew: record\n"));
}

TEST_F(Told, OfTwoPoliciesWithOneNameAPlanSaysWhichChanged) {
  auto town = pretend_.at("workspace/town");
  std::filesystem::create_directory(town);
  std::filesystem::copy(pretend_.at("workspace/policy/record.yaml"), town);
  edit("town/record.yaml", "name: pretend", "name: town");
  edit("town/record.yaml", "id: record", "id: town-record");
  edit("homeroom.yaml", "policy/federal.yaml,", "policy/federal.yaml, town/record.yaml,");
  pretend_.night();
  EXPECT_THAT(plan().out, Not(HasSubstr("Changed")));
  edit("town/record.yaml", "log: access", "log: disclosure");
  EXPECT_THAT(plan().out, HasSubstr("Changed     town/record.yaml\n"));
}

TEST_F(Told, AColumnThatIsNewAndThatNobodyReadsIsToldOnce) {
  pretend_.write("referrals.csv",
                 "Referral,First,Last,Born,Program,Case_Worker\n"
                 "R1,Anna,Testwood,2014-11-03,Food pantry,x\n");
  const char* news = "agency: referrals has a new column that no mapping reads: Case_Worker";
  EXPECT_THAT(plan().out, HasSubstr(news));
  auto said = pretend_.say({"run", "nightly"});
  EXPECT_EQ(said.exit_code, 0) << said.out;
  EXPECT_THAT(said.out, HasSubstr(news));
  pretend_.write("referrals.csv",
                 "Referral,First,Last,Born,Program,Case_Worker\n"
                 "R1,Anna,Testwood,2014-11-03,Food pantry,y\n");
  EXPECT_THAT(trouble(), IsEmpty());
}

TEST_F(Told, DataOfDaysToComeIsNotFresh) {
  date_ahead(71);
  auto says = "agency: its newest data is dated 70 hours ahead of this machine's clock";
  EXPECT_THAT(trouble().dump(), HasSubstr(says));
  EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 0) << "nobody asked that it be fresh";
  edit("homeroom.yaml", "    when_missing: keep 7 days",
       "    fresh: 24 hours\n    when_missing: keep 7 days");
  auto said = pretend_.say({"run", "nightly"});
  EXPECT_EQ(said.exit_code, 3);
  EXPECT_THAT(said.out, HasSubstr("so nobody can say that it is fresh"));
  date_ahead(20);
  EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 0) << "clocks differ";
}

TEST_F(Told, QuietIsSilentUnlessSomethingNeedsAPerson) {
  auto well = pretend_.say({"--quiet", "run", "nightly"});
  EXPECT_EQ(well.out + well.err, "");
  std::filesystem::remove(pretend_.at("data/referrals.csv"));
  auto said = pretend_.say({"--quiet", "run", "nightly"});
  EXPECT_EQ(said.exit_code, 3);
  EXPECT_EQ(said.out, "");
  EXPECT_THAT(said.err, HasSubstr("homeroom: nightly, run 3: partial\n  1  agency was not heard"));
  EXPECT_EQ(pretend_.say({"--quiet", "--output", "json", "run", "nightly"}).json()["run"], "4");
}

TEST_F(Told, AReportThatIsShownAgainHasTheLinesTheRunPrinted) {
  std::filesystem::remove(pretend_.at("data/referrals.csv"));
  auto said = pretend_.say({"run", "nightly"}).out;
  auto lines = said.substr(said.find("\n  1  "));
  EXPECT_THAT(pretend_.say({"runs", "show", "2"}).out, HasSubstr("partial" + lines));
}

TEST_F(Told, ARotationWantsAReasonAndNoRootKeyThatWasNeverElsewhere) {
  EXPECT_EQ(pretend_.say({"keys", "rotate"}).exit_code, 2);
  EXPECT_EQ(pretend_.say({"keys", "rotate", "--why", " "}).exit_code, 2);
  auto said = pretend_.say({"keys", "rotate", "--root-was", "old.key", "--why", "a drill"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("--root-was: the root key lies in the key file"));
  EXPECT_EQ(pretend_.ask({"keys", "status"})["tenant_key"], 1);
}

}  // namespace
}  // namespace homeroom::flows
