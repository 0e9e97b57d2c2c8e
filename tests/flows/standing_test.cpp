// A source whose files are, byte for byte, what was read before is heard and not read. Whatever
// else may make a difference has it read all the same.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Standing : public ::testing::Test {
 protected:
  Standing() {
    pretend_.students({"9001,Anna,Testwood,2014-11-03", "9002,Ottilie,Sampleton,2013-05-20"});
    pretend_.referrals({"R1,Anna,Testwood,2014-11-03", "R2,Nobody,Atall,2010-01-01"});
    pretend_.night();
  }
  struct Source {
    bool is_heard = false, stands = false;
  };
  static std::map<std::string, Source> sources(const nlohmann::json& report) {
    std::map<std::string, Source> by_name;
    for (const auto& one : report["sources"])
      by_name[one["source"]] = {one["heard"].get<bool>(), one["stands"].get<bool>()};
    return by_name;
  }
  std::map<std::string, Source> night() const { return sources(pretend_.night()); }

  Pretend pretend_;
};

TEST_F(Standing, OnANightWithoutNewsNothingIsRead) {
  auto before = pretend_.record();
  auto report = pretend_.night();
  for (const auto& [name, source] : sources(report)) {
    EXPECT_TRUE(source.stands) << name;
    EXPECT_TRUE(source.is_heard) << name;
  }
  EXPECT_EQ(report["status"], "succeeded");
  EXPECT_EQ(pretend_.record(), before);
  EXPECT_THAT(pretend_.say({"run", "nightly"}).out,
              HasSubstr("not read again, since no file of it changed: sis, agency\n"));
}

TEST_F(Standing, ItsRecordsAreCountedAsUnchanged) {
  auto report = pretend_.night();
  for (const auto& source : report["sources"])
    for (const auto& stream : source["streams"]) {
      ASSERT_TRUE(stream["read"].get<int>() > 0) << stream;
      EXPECT_EQ(stream["unchanged"], stream["read"]) << stream;
      EXPECT_EQ(stream["complete"], true) << stream;
    }
}

TEST_F(Standing, OnlyTheSourceThatChangedIsRead) {
  pretend_.referrals({"R1,Anna,Testwood,2014-11-03"});
  auto now = night();
  EXPECT_TRUE(now["sis"].stands);
  EXPECT_FALSE(now["agency"].stands);
  EXPECT_TRUE(night()["agency"].stands) << "what was read then is what it stands by now";
}

TEST_F(Standing, ANewStudentMayBeWhomARecordNearNobodyIsAbout) {
  pretend_.students({"9001,Anna,Testwood,2014-11-03", "9002,Ottilie,Sampleton,2013-05-20",
                     "9003,Nobody,Atall,2010-01-01"});
  auto now = night();
  EXPECT_FALSE(now["agency"].stands);
  EXPECT_EQ(pretend_.records()["9003"].size(), 1u);
}

TEST_F(Standing, AFileWrittenAnewWithTheSameBytesStands) {
  auto before = pretend_.ask({"state", "show"});
  pretend_.referrals({"R1,Anna,Testwood,2014-11-03", "R2,Nobody,Atall,2010-01-01"});
  std::filesystem::last_write_time(
      pretend_.at("data/referrals.csv"),
      std::filesystem::file_time_type::clock::now() + std::chrono::seconds(5));
  EXPECT_TRUE(night()["agency"].stands);
  EXPECT_NE(pretend_.ask({"state", "show"}), before) << "it is as new as its file";
}

TEST_F(Standing, AChangedConfigurationHasAllReadAgain) {
  pretend_.change_workspace("when_missing: stop", "when_missing: keep 2 days");
  for (const auto& [name, source] : night()) EXPECT_FALSE(source.stands) << name;
}

// A newer one may read the same bytes otherwise.
TEST_F(Standing, AnotherPluginHasTheSourceReadAgain) {
  pretend_.hear_the_agency_by("referral_list");
  EXPECT_FALSE(night()["agency"].stands);
  for (const char* file : {"referral_list.manifest.yaml", "referral_list.so"}) {
    EXPECT_TRUE(night()["agency"].stands);
    std::ofstream(pretend_.at("workspace/plugins/") + file, std::ios::app) << "# newer\n";
    EXPECT_FALSE(night()["agency"].stands) << file;
  }
}

TEST_F(Standing, WhoWantsThemReadAgainSaysSo) {
  for (const char* how : {"--full", "--weigh-all"}) {
    auto said = pretend_.say({"--output", "json", "run", "nightly", how});
    ASSERT_EQ(said.exit_code, 0) << said.err;
    for (const auto& [name, source] : sources(said.json())) EXPECT_FALSE(source.stands) << name;
  }
}

TEST_F(Standing, ADecisionOfAPersonHasTheRecordsLookedAtAgain) {
  auto said = pretend_.say(
      {"review", "decide", "agency:R1", "district:9001", "different", "--why", "they are cousins"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_FALSE(night()["agency"].stands);
  EXPECT_TRUE(night()["agency"].stands);
}

TEST_F(Standing, ARecordSetAsideWaitsOnAndIsCounted) {
  pretend_.referrals({"R1,Anna,Testwood,2014-11-03", ",Anna,Testwood,2014-11-03"});
  EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 3) << "one is new";
  auto now = pretend_.night();
  EXPECT_TRUE(sources(now)["agency"].stands);
  EXPECT_EQ(now["sources"][1]["streams"][0]["quarantined"], 1) << now["sources"];
  EXPECT_EQ(pretend_.ask({"quarantine", "list"})["set_aside"].size(), 1u);
}

/// The schools of the roster may be there or not.
class Optional : public Standing {
 protected:
  Optional() {
    auto mapping = pretend_.at("workspace/mappings/sis.yaml");
    auto text = cli::whole(mapping);
    text.replace(text.find("  schools: "), 11, "  schools?: ");
    std::ofstream(mapping) << text;
    pretend_.night();
  }
  void lose_schools() const { std::filesystem::remove(pretend_.at("data/schools.csv")); }
  static std::vector<std::string> streams(const nlohmann::json& source) {
    std::vector<std::string> names;
    for (const auto& stream : source["streams"]) names.push_back(stream["stream"]);
    return names;
  }
};

TEST_F(Optional, AStreamThatIsGoneIsToldEachNightAndWhatItSaidIsKept) {
  auto before = pretend_.record();
  lose_schools();
  for (bool stands : {false, true}) {
    auto report = pretend_.night();
    auto sis = report["sources"][0];
    EXPECT_EQ(sis["stands"], stands);
    EXPECT_THAT(streams(sis), ElementsAre("students"));
    EXPECT_EQ(sis["lost"], nlohmann::json({"schools"}));
    EXPECT_EQ(report["status"], "succeeded") << "it may be left out";
    EXPECT_THAT(report["trouble"].dump(),
                HasSubstr("sis schools is not offered any more; what it said is kept"));
    EXPECT_EQ(pretend_.record(), before);
  }
  EXPECT_THAT(pretend_.say({"run", "nightly", "--full"}).out,
              HasSubstr("sis schools is not offered any more; what it said is kept"));
  EXPECT_EQ(pretend_.record(), before);
}

TEST_F(Optional, AStreamThatComesBackIsRead) {
  lose_schools();
  pretend_.night();
  pretend_.write("schools.csv", "School,Title\n7,Make-Believe Elementary\n");
  auto report = pretend_.night();
  EXPECT_EQ(report["sources"][0]["lost"], nlohmann::json::array());
  EXPECT_EQ(report["trouble"], nlohmann::json::array());
  EXPECT_THAT(streams(report["sources"][0]), ElementsAre("students", "schools"));
  EXPECT_THAT(pretend_.record(), HasSubstr("Make-Believe"));
}

TEST_F(Optional, ADeltaLeavesOutWhatDidNotChange) {
  lose_schools();
  auto report = pretend_.ask({"--set", "mode=delta", "run", "nightly"});
  EXPECT_EQ(report["sources"][0]["lost"], nlohmann::json::array());
}

TEST_F(Standing, ASourceThatWasWithheldSpeaksAgainWithItsOldFiles) {
  auto file = pretend_.at("data/referrals.csv"), away = pretend_.at("away.csv");
  std::filesystem::rename(file, away);
  pretend_.say({"--set", "run_date=2099-01-01", "run", "nightly"});
  EXPECT_EQ(pretend_.records()["9001"].size(), 0u);
  std::filesystem::rename(away, file);
  EXPECT_TRUE(night()["agency"].stands);
  EXPECT_EQ(pretend_.records()["9001"].size(), 1u);
}

}  // namespace
}  // namespace homeroom::flows
