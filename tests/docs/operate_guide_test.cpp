// docs/guide/operate.md, done as it is written.
#include <gmock/gmock.h>

#include "tests/cluster/cluster.hpp"
#include "tests/docs/commands.hpp"
#include "tests/docs/markdown.hpp"
#include "tests/flows/day_book.hpp"
#include "tests/flows/picky_tool.hpp"

namespace homeroom::docs {
namespace {

using ::testing::HasSubstr;

constexpr const char* page = "docs/guide/operate.md";

/// The line of the page that has these words.
std::string sample_line(const std::string& words) {
  auto lines = sample_with(page, words);
  auto line = std::ranges::find_if(
      lines, [&](const std::string& one) { return one.find(words) != one.npos; });
  return line == lines.end() ? words : *line;
}

class Operate : public ::testing::Test {
 protected:
  void SetUp() override {
    pretend_.students(students(60));
    pretend_.referrals({"R1,First1,Testwood,2014-11-03"});
    pretend_.night();
  }
  static std::vector<std::string> students(int count) {
    std::vector<std::string> lines;
    for (int i = 0; i < count; ++i)
      lines.push_back(std::to_string(9000 + i) + ",First" + std::to_string(i) + ",Testwood" +
                      std::to_string(i) + ",2014-11-03");
    return lines;
  }
  /// The sample's command; folders of the page lie beside the data.
  cli::Said do_sample(const std::string& sample) const {
    auto words = words_of(sample_line(sample));
    for (auto& word : words)
      if (word.starts_with("backup-") || word == "lists" || word == "rejects")
        word = pretend_.at(word);
    return pretend_.say(words);
  }
  flows::Pretend pretend_;
};

TEST_F(Operate, HalfASchoolCutOffTripsBrakesUntilSomebodySaysItIsRight) {
  pretend_.students(students(30));
  auto planned = do_sample("homeroom plan nightly");
  EXPECT_EQ(planned.exit_code, 4);
  for (const auto& line : sample_with(page, "BRAKE")) EXPECT_THAT(planned.out, HasSubstr(line));
  auto passed = do_sample("--approve students_gone --approve");
  EXPECT_EQ(passed.exit_code, 0) << passed.out;
  EXPECT_THAT(passed.out, HasSubstr("let pass: students_gone, one_school_gone"));
  EXPECT_EQ(do_sample("homeroom plan nightly").exit_code, 0);
}

TEST_F(Operate, ABackupIsTakenPutBackAndTakesOver) {
  for (const char* sample : {"homeroom backup", "homeroom restore"}) {
    auto said = do_sample(sample);
    EXPECT_EQ(said.exit_code, 0) << sample << said.err;
  }
  EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 3);
  auto sent = do_sample("--approve moved_store");
  EXPECT_EQ(sent.exit_code, 0) << sent.out;
  EXPECT_EQ(pretend_.night()["deliveries"][0]["unchanged"], 60);
  auto verified = do_sample("homeroom audit verify");
  EXPECT_EQ(verified.exit_code, 0);
  EXPECT_THAT(verified.out, HasSubstr("2 audit entries"));  // restored, and approved
}

TEST_F(Operate, AStoreMovesToAServer) {
  if (!tests::Cluster::is_installed()) GTEST_SKIP() << tests::Cluster::how_to_install;
  auto& cluster = tests::Cluster::of_this_program();
  for (const auto& line : sample_with(page, "CREATE ROLE")) cluster.ask(line);
  auto before = pretend_.record();
  ASSERT_EQ(do_sample("homeroom backup --out backup-data").exit_code, 0);
  pretend_.put(cluster.location_of("maple_hollow"));
  auto do_there = [&](const std::string& sample) {
    auto words = words_of(sample_line(sample));
    words.erase(words.begin(), words.begin() + 2);  // --set store=...: this test's server
    for (auto& word : words)
      if (word == "backup-data") word = pretend_.at(word);
    return pretend_.say(words);
  };
  auto restored = do_there("restore --from backup-data --why \"the store moves");
  EXPECT_EQ(restored.exit_code, 0) << restored.err;
  auto sent = do_there("--approve moved_store --why \"the store moves");
  EXPECT_EQ(sent.exit_code, 0) << sent.err << sent.out;
  EXPECT_EQ(pretend_.record(), before);
  EXPECT_EQ(pretend_.night()["deliveries"][0]["unchanged"], 60);
}

TEST_F(Operate, KeysAreMadeShownAndRotatedWhileRunsGoOn) {
  EXPECT_THAT(do_sample("homeroom keys init").err, HasSubstr("the keys are there"));
  auto status = do_sample("homeroom keys status");
  EXPECT_THAT(status.out, HasSubstr(sample_with(page, "Root key:").front()));
  EXPECT_THAT(status.out, HasSubstr("Tenant key: number 1, made "));
  auto before = pretend_.record();
  EXPECT_EQ(do_sample("keys rotate --why").exit_code, 0);
  EXPECT_THAT(do_sample("homeroom keys status").out, HasSubstr("Tenant key: number 2, made "));
  EXPECT_EQ(do_sample("keys rotate --later").exit_code, 0);
  auto begun = pretend_.ask({"keys", "status"});
  EXPECT_TRUE(begun["rotating"]);
  EXPECT_GT(begun["pages_waiting"], 0);
  EXPECT_EQ(pretend_.night()["profiles"]["unchanged"], 60);
  auto ended = pretend_.ask({"keys", "status"});
  EXPECT_FALSE(ended["rotating"]);
  EXPECT_EQ(ended["tenant_key"], 3);
  EXPECT_EQ(pretend_.record(), before);
  EXPECT_THAT(do_sample("homeroom audit verify").out, HasSubstr("2 audit entries"));
}

TEST_F(Operate, AChildIsForgottenAlsoInABackupOfBefore) {
  EXPECT_EQ(do_sample("homeroom backup").exit_code, 0);
  auto words = words_of(sample_with(page, "homeroom keys shred").front());
  std::ranges::replace(words, std::string("STUDENT"), std::string("district:9007"));
  auto said = pretend_.say(words);
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr(sample_with(page, "Their keys are destroyed").front()));
  EXPECT_EQ(pretend_.night()["deliveries"][0]["removed"], 1);
  EXPECT_THAT(pretend_.record(), ::testing::Not(HasSubstr("Testwood7\"")));
  auto restored = do_sample("homeroom restore");
  EXPECT_EQ(restored.exit_code, 0) << restored.err;
  EXPECT_THAT(restored.out, HasSubstr("forgotten since"));
  EXPECT_EQ(pretend_.say({"profile", "district:9007"}).exit_code, 2);
  EXPECT_EQ(pretend_.say({"profile", "district:9008"}).exit_code, 0);
}

TEST_F(Operate, WhatIsPastItsTimeIsDestroyedByAPersonAndByAJob) {
  std::ofstream(pretend_.at("workspace/homeroom.yaml"), std::ios::app)
      << sample_line("purge: true") << '\n';
  auto in_ten_years = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"--set", "run_date=2036-01-14"});
    return pretend_.say(words);
  };
  auto verify = words_of(sample_line("purge --verify"));
  EXPECT_EQ(in_ten_years(verify).exit_code, 1);
  auto planned = in_ten_years(words_of(sample_line("purge --plan")));
  EXPECT_EQ(planned.exit_code, 0) << planned.err;
  for (const char* of_what :
       {"quarantine", "left students", "records under ferpa", "run reports", "states"})
    EXPECT_THAT(planned.out, HasSubstr(of_what));
  auto purged = in_ten_years(words_of(sample_line("purge --why")));
  EXPECT_EQ(purged.exit_code, 0) << purged.err;
  EXPECT_THAT(purged.out, HasSubstr("the audit log has the proof: digest "));
  EXPECT_EQ(in_ten_years(verify).exit_code, 0);
  EXPECT_EQ(pretend_.say({"run", "tidy"}).exit_code, 0);
}

TEST_F(Operate, HowFarSourcesWereReadIsShownComparedAndTakenBack) {
  auto shown = do_sample("homeroom state show");
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("students"));
  EXPECT_THAT(shown.out, HasSubstr("(whole)"));
  EXPECT_THAT(do_sample("homeroom state diff").out, HasSubstr("From generation 0 to 1:"));
  EXPECT_THAT(do_sample("homeroom state diff --sources").out, HasSubstr("as published"));
  EXPECT_EQ(do_sample("homeroom state rollback").exit_code, 2) << "all is read whole";
  auto set = do_sample("homeroom state set");
  EXPECT_EQ(set.exit_code, 2);
  EXPECT_THAT(set.err, HasSubstr("read whole each time"));
}

TEST_F(Operate, APlanNamesWhatChanged) {
  auto mapping = pretend_.at("workspace/mappings/agency.yaml");
  auto text = cli::whole(mapping);
  std::ofstream(mapping) << text.replace(text.find("nulls: [\"\"]"), 11, "nulls: [\"\", \"-\"]");
  auto planned = do_sample("homeroom plan nightly");
  for (const auto& line : sample_with(page, "Changed     mapping of agency"))
    EXPECT_THAT(planned.out, HasSubstr(line));
}

TEST_F(Operate, TheLastNightsAreShown) {
  EXPECT_THAT(do_sample("homeroom status").out, HasSubstr("succeeded"));
  for (const auto& line : sample_with(page, "homeroom runs show 1"))
    EXPECT_EQ(pretend_.say(words_of(line)).exit_code, 0) << line;
}

TEST_F(Operate, AColumnThatIsNewIsTold) {
  pretend_.write("referrals.csv",
                 "Referral,First,Last,Born,Program,Case_Worker\n"
                 "R1,First1,Testwood,2014-11-03,Food pantry,x\n");
  EXPECT_THAT(pretend_.say({"run", "nightly"}).out,
              HasSubstr("referrals has a new column that no mapping reads: Case_Worker"));
}

TEST_F(Operate, AStreamThatMayBeMissingIsNamedWhenItIsGone) {
  auto mapping = pretend_.at("workspace/mappings/sis.yaml");
  auto text = cli::whole(mapping);
  text.replace(text.find("  schools: "), 11, "  schools?: ");
  std::ofstream(mapping) << text;
  std::filesystem::remove(pretend_.at("data/schools.csv"));
  auto said = pretend_.say({"run", "nightly"});
  EXPECT_EQ(said.exit_code, 0) << said.out;
  EXPECT_THAT(said.out, HasSubstr(sample_line("is not offered any more")));
}

TEST(OperateABook, IsReadAgainFromWhereAPersonSays) {
  flows::Pretend pretend;
  flows::keep_a_book(pretend);
  pretend.students({"9001,Anna,Testwood,2014-11-03"});
  flows::book(pretend, {"R1,Anna,Testwood,2014-11-03"});
  pretend.night();
  flows::book(pretend, {"R1,Anna,Testwood,2014-11-03", "R2,Anna,Testwood,2014-11-03"});
  for (const char* sample : {"homeroom state rollback", "homeroom state set"}) {
    pretend.night();
    auto said = pretend.say(words_of(sample_line(sample)));
    EXPECT_EQ(said.exit_code, 0) << said.err;
    auto night = pretend.night()["sources"][1]["streams"][0];
    EXPECT_EQ(night["read"], 1) << sample;
    EXPECT_EQ(night["unchanged"], 1) << sample;
  }
}

TEST(OperateABook, IsHeardAgainFromWhereItStood) {
  flows::Pretend pretend;
  flows::keep_a_book(pretend);
  pretend.students({"9001,Anna,Testwood,2014-11-03"});
  flows::book(pretend, {"R1,Anna,Testwood,2014-11-03"});
  pretend.night();
  auto planned =
      pretend.say(words_of(sample_line("replay --from agency --since 2025-01-14 --dry")));
  EXPECT_EQ(planned.exit_code, 0) << planned.err;
  EXPECT_THAT(planned.out, HasSubstr("from its beginning"));
  EXPECT_EQ(pretend.night()["sources"][1]["streams"][0]["read"], 0);
  auto asked = pretend.say(words_of(sample_line("replay --from agency --since 2025-01-14 --why")));
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_EQ(pretend.night()["sources"][1]["streams"][0]["mapped"], 1);
}

TEST_F(Operate, KeysMayBeMadeBeforeTheFirstRun) {
  flows::Pretend other;
  auto made = other.say(words_of(sample_with(page, "homeroom keys init").front()));
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_FALSE(std::filesystem::exists(other.at("hub.db")));
  EXPECT_EQ(other.ask({"keys", "status"})["keys"].size(), 0u);
}

TEST_F(Operate, RecordsSetAsideAreListedFixedReplayedAndDropped) {
  auto some = students(60);
  some[3] = "9003,Otto,,2015-02-20";
  some[4] = "9004,Test,,2015-02-20";
  pretend_.students(some);
  EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 3);
  EXPECT_THAT(do_sample("homeroom quarantine list").out, HasSubstr("students.csv:5"));
  auto lists = do_sample("--by school --csv");
  EXPECT_THAT(lists.out, HasSubstr("2 records to mend, in 1 list"));
  EXPECT_THAT(do_sample("quarantine list --rejects").out,
              HasSubstr("2 records to mend, in 1 file"));
  EXPECT_THAT(cli::whole(pretend_.at("rejects/sis.students.csv")), HasSubstr("\n9003,Otto,,"));
  auto do_with_id = [&](const std::string& sample, std::size_t index) {
    auto words = words_of(sample_with(page, sample).front());
    std::string id = pretend_.ask({"quarantine", "list", "--all"})["set_aside"][index]["id"];
    for (auto& word : words)
      if (word == "ID") word = id;
    auto said = pretend_.say(words);
    EXPECT_EQ(said.exit_code, 0) << sample << said.err;
  };
  do_with_id("quarantine fix ID", 0);
  do_with_id("quarantine drop ID", 1);
  EXPECT_EQ(do_sample("quarantine replay").exit_code, 0);
  EXPECT_EQ(pretend_.say({"run", "nightly"}).exit_code, 0);
  EXPECT_THAT(pretend_.record(), HasSubstr("Sampleton"));
  EXPECT_THAT(do_sample("homeroom quarantine list").out, HasSubstr("Nothing is set aside"));
}

TEST(OperateAPickyTool, StudentsItRefusesAreShownSentAgainAndDropped) {
  flows::Pretend pretend;
  flows::PickyTool tool(pretend);
  pretend.students({"9001,Anna,Testwood,2014-11-03"});
  pretend.referrals({});
  tool.refuse({"9001"});
  auto first = pretend.say({"run", "nightly"});
  EXPECT_EQ(first.exit_code, 3);
  EXPECT_THAT(first.out, HasSubstr(sample_line("planner refused")));
  std::pair<const char*, int> samples[] = {{"quarantine replay --destination", 3},
                                           {"quarantine drop 1-1", 0}};
  for (const auto& [sample, exit_code] : samples) {
    auto said = pretend.say(words_of(sample_line(sample)));
    EXPECT_EQ(said.exit_code, 0) << said.err;
    EXPECT_EQ(pretend.say({"run", "nightly"}).exit_code, exit_code) << sample;
  }
}

TEST(OperateAPickyTool, IsToldAgainWhatItLost) {
  flows::Pretend pretend;
  flows::PickyTool tool(pretend);
  pretend.students({"9001,Anna,Testwood,2014-11-03"});
  pretend.referrals({});
  pretend.night();
  auto planned = pretend.say(words_of(sample_line("--since 2025-01-14T02:00 --dry-run")));
  EXPECT_EQ(planned.exit_code, 0) << planned.err;
  EXPECT_THAT(planned.out, HasSubstr(sample_line("planner took 1 share")));
  auto asked = pretend.say(words_of(sample_line("--since 2025-01-14T02:00 --why")));
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  for (const auto& line : sample_with(page, "planner took 1 share"))
    EXPECT_THAT(asked.out, HasSubstr(line));
  EXPECT_EQ(tool.asked(), 1u);
  pretend.night();
  EXPECT_EQ(tool.asked(), 2u);
}

TEST(OperateAPickyTool, IsSparedAsThePageSays) {
  std::string settings;
  for (const auto& line : sample_with(page, "pace:")) settings += line + '\n';
  flows::Pretend pretend;
  flows::PickyTool tool(pretend, settings);
  pretend.students({"9001,Anna,Testwood,2014-11-03"});
  pretend.referrals({});
  pretend.night();
  EXPECT_EQ(tool.asked(), 1u);
}

TEST_F(Operate, NamesEveryBrakeWithItsDefault) {
  auto text = cli::whole(std::filesystem::path(HOMEROOM_SOURCE_DIR) / page);
  pretend_.night();
  auto report = pretend_.night();
  ASSERT_FALSE(report["brakes"].empty());
  for (const auto& brake : report["brakes"]) {
    auto row = "| `" + brake["brake"].get<std::string>() + "` |";
    EXPECT_THAT(text, HasSubstr(row));
    auto line = text.substr(text.find(row), 300);
    auto percent = std::to_string(brake["limit"].get<double>() * 100);
    percent.erase(percent.find_last_not_of('0') + 1);
    if (percent.back() == '.') percent.pop_back();
    EXPECT_THAT(line.substr(0, line.find('\n')), HasSubstr("| " + percent + " % |"));
  }
}

}  // namespace
}  // namespace homeroom::docs
