// How a workspace recognises children: its own identity file, what a night learns, and a link that
// does not hold any more.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Recognised : public ::testing::Test {
 protected:
  void SetUp() override {
    pretend_.students({"9001,Anna,Testwood,2014-11-03", "9003,Otto,Sampleton,2015-02-20"});
    pretend_.referrals({"R1,Anna,Testwood,2014-11-03"});
  }
  /// The shipped identity file with one text in another's place, as the workspace's own.
  void use_own_file(const std::string& what, const std::string& with) const {
    auto shipped = std::filesystem::path(HOMEROOM_SOURCE_DIR) / "configs/identity/default.yaml";
    auto text = cli::whole(shipped);
    auto at = text.find(what);
    ASSERT_NE(at, std::string::npos);
    std::ofstream(pretend_.at("workspace/identity.yaml")) << text.replace(at, what.size(), with);
    std::ofstream(pretend_.at("workspace/homeroom.yaml"), std::ios::app)
        << "\nidentity: identity.yaml\n";
  }
  Pretend pretend_;
};

TEST_F(Recognised, TellsTheWeightOfEachThing) {
  pretend_.night();
  EXPECT_THAT(pretend_.records()["9001"], ElementsAre("agency:R1 strong"));
  auto link = pretend_.ask({"explain", "district:9001", "--links"})["same_child"][0];
  EXPECT_THAT(link["says"], HasSubstr("by given name"));
  EXPECT_GT(link["weight"], 9.9);
  EXPECT_EQ(link["weighed"]["compared"][0]["compared"], "given name");
  EXPECT_EQ(link["weighed"]["compared"][0]["agreement"], "the same");
}

TEST_F(Recognised, ByTheWorkspacesOwnFile) {
  use_own_file("  birth_date: birthDate\n", "  birth_date: identifiers.other\n");
  pretend_.night();
  EXPECT_THAT(pretend_.records()["9001"], ElementsAre("agency:R1 plain"));  // by name alone
}

TEST_F(Recognised, AnewWhenTheFileReadsOtherThings) {
  pretend_.night();
  use_own_file("  birth_date: birthDate\n", "  birth_date: identifiers.other\n");
  EXPECT_THAT(pretend_.records()["9001"], ElementsAre("agency:R1 strong"));
  pretend_.say({"run", "nightly", "--source", "sis"});
  EXPECT_THAT(pretend_.records()["9001"], ElementsAre("agency:R1 plain"));
}

/// What is stored of its records was read as the former file says, and it comes back unheard.
TEST_F(Recognised, ASourceThatWasAwayWhileTheFileChanged) {
  auto settings = pretend_.at("workspace/homeroom.yaml");
  auto shipped = cli::whole(settings);
  use_own_file("  birth_date: birthDate\n", "  birth_date: identifiers.other\n");
  pretend_.night();
  EXPECT_THAT(pretend_.records()["9001"], ElementsAre("agency:R1 plain"));
  auto without = shipped.substr(0, shipped.find("  agency:")) + "trust:\n  default: [sis]\n" +
                 shipped.substr(shipped.find("\npolicy:"));
  std::ofstream(settings) << without;
  pretend_.night();
  std::ofstream(settings) << shipped;
  pretend_.night({"sis"});
  EXPECT_THAT(pretend_.records()["9001"], ElementsAre("agency:R1 strong"));
}

/// Students are kept in another form than the records that are weighed against them.
TEST_F(Recognised, AnewWhenAnotherSourceBecomesTheRosterAndBack) {
  auto settings = pretend_.at("workspace/homeroom.yaml");
  auto shipped = cli::whole(settings);
  pretend_.night();
  auto other = shipped;
  other.replace(other.find("students: {source: sis}"), 23, "students: {source: agency}");
  std::ofstream(settings) << other;
  EXPECT_EQ(pretend_.say({"--quiet", "run", "nightly"}).exit_code, 0);
  EXPECT_EQ(pretend_.say({"--quiet", "run", "nightly"}).exit_code, 0);
  std::ofstream(settings) << shipped;
  EXPECT_EQ(pretend_.say({"--quiet", "run", "nightly"}).exit_code, 0);
  EXPECT_THAT(pretend_.records()["9001"], ElementsAre("agency:R1 strong"));
}

/// What is kept of a source is linked already: a model learned from that would be sure of anybody.
TEST_F(Recognised, NothingIsLearnedForLaterNightsFromASourceThatWasNotRead) {
  pretend_.night();
  use_own_file("  birth_date: birthDate\n", "  birth_date: identifiers.other\n");
  pretend_.night({"sis"});
  EXPECT_EQ(pretend_.night({"sis"})["persons"]["weighed"], 1);  // not settled, so weighed again
  EXPECT_EQ(pretend_.night()["persons"]["weighed"], 1);
  EXPECT_EQ(pretend_.night()["persons"]["weighed"], 0);
}

TEST_F(Recognised, RefusesASlipInTheFileWithItsPlace) {
  use_own_file("birthDate", "bithDate");
  for (const char* verb : {"check", "run"}) {
    auto said =
        verb == std::string("run") ? pretend_.say({"run", "nightly"}) : pretend_.say({"check"});
    EXPECT_EQ(said.exit_code, 2) << said.out;
    EXPECT_THAT(said.out + said.err, HasSubstr("identity.yaml:12"));
    EXPECT_THAT(said.out + said.err, HasSubstr("birthDate"));
  }
}

TEST_F(Recognised, RefusesAFolderInPlaceOfTheFile) {
  std::ofstream(pretend_.at("workspace/homeroom.yaml"), std::ios::app) << "\nidentity: .\n";
  auto said = pretend_.say({"run", "nightly"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("is a folder, a YAML file is expected"));
}

TEST_F(Recognised, RefusesWhatIsForPlainTables) {
  use_own_file("identity: 1\n", "identity: 1\nrecord_id: rec_id\n");
  auto said = pretend_.say({"run", "nightly"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("record_id is for homeroom link"));
}

TEST_F(Recognised, OneRecordEachWhereASourceHoldsEveryChildOnce) {
  pretend_.referrals({"R1,Anna,Testwood,2014-11-03", "R2,Annna,Testwood,2014-11-03"});
  EXPECT_EQ(pretend_.night()["persons"]["review"], 0);
  EXPECT_EQ(pretend_.records()["9001"].size(), 2U);
  use_own_file("identity: 1\n", "identity: 1\none_per_source: [agency]\n");
  EXPECT_EQ(pretend_.night({"sis"})["persons"]["review"], 1);
  EXPECT_THAT(pretend_.records()["9001"], ElementsAre("agency:R1 strong"));
}

TEST_F(Recognised, RefusesASourceThatIsNotThere) {
  use_own_file("identity: 1\n", "identity: 1\none_per_source: [agencies]\n");
  auto said = pretend_.say({"run", "nightly"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("one_per_source: no source agencies"));
}

TEST_F(Recognised, OnceAndThenUnderAnotherNameWaitsForAPerson) {
  pretend_.night();
  pretend_.students({"9001,Marigold,Otherwise,2013-05-05", "9003,Otto,Sampleton,2015-02-20"});
  auto report = pretend_.night({"sis"});
  EXPECT_EQ(report["persons"]["review"], 1);
  EXPECT_THAT(pretend_.records()["9001"], IsEmpty());
  auto quiet = pretend_.night({"sis"});
  EXPECT_EQ(quiet["persons"]["review"], 1);
  pretend_.referrals({"R1,Marigold,Otherwise,2013-05-05"});
  EXPECT_EQ(pretend_.night()["persons"]["review"], 0);
  EXPECT_THAT(pretend_.records()["9001"], ElementsAre("agency:R1 strong"));
}

TEST_F(Recognised, OnceAndGoneWithItsStudentIsForgotten) {
  pretend_.night();
  pretend_.students({"9003,Otto,Sampleton,2015-02-20"});
  auto said = pretend_.say({"--output", "json", "run", "nightly", "--source", "sis", "--approve",
                            "students_gone", "--approve", "one_school_gone", "--why", "moved"});
  EXPECT_EQ(said.json()["persons"]["review"], 0) << said.out << said.err;
  EXPECT_EQ(said.json()["persons"]["ended"], 1);
}

}  // namespace
}  // namespace homeroom::flows
