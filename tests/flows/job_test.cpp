// What a job says of itself.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

TEST(Job, ThatSaysFullReadsEverythingWhateverTheMode) {
  Pretend pretend;
  std::ofstream(pretend.at("workspace/homeroom.yaml"), std::ios::app)
      << "  weekly: {sources: all, destinations: all, full: true}\n";
  pretend.students({"9001,Anna,Testwood,2014-11-03", "9002,Otto,Sampleton,2015-02-20"});
  pretend.referrals({});
  pretend.night();
  pretend.students({"9001,Anna,Testwood,2014-11-03"});
  auto run = [&](const char* job) {
    return pretend.ask({"--set", "mode=delta", "run", job})["profiles"]["removed"];
  };
  EXPECT_EQ(run("nightly"), 0);
  EXPECT_EQ(run("weekly"), 1);
}

TEST(Job, SaysWhichSharesWaitBecauseItSendsNothing) {
  Pretend pretend;
  std::ofstream(pretend.at("workspace/homeroom.yaml"), std::ios::app)
      << "  compare: {sources: all, destinations: none}\n";
  pretend.students({"9001,Anna,Testwood,2014-11-03", "9002,Otto,Sampleton,2015-02-20"});
  pretend.referrals({});
  auto compare = [&] {
    auto said = pretend.say({"--output", "json", "run", "compare"});
    return std::pair(said.exit_code, said.json()["trouble"]);
  };
  using Said = std::pair<int, nlohmann::json>;
  EXPECT_EQ(compare(), Said(3, {"2 shares wait for record: this job sends nothing"}));
  EXPECT_EQ(pretend.ask({"run", "compare", "--dry-run"})["trouble"], nlohmann::json::array());
  pretend.night();
  pretend.students({"9001,Anna,Testwood,2014-11-03"});
  EXPECT_EQ(compare(), Said(3, {"1 removal waits for record: this job sends nothing"}));
}

TEST(Job, SaysWhichSharesWaitBecauseItSendsElsewhere) {
  Pretend pretend;
  auto file = pretend.at("workspace/homeroom.yaml");
  auto text = cli::whole(file);
  auto from = text.find("  record:\n", text.find("\ndestinations:"));
  auto other = text.substr(from, text.find("\njobs:") - from);
  other.replace(other.find("record:"), 7, "other:");
  other.replace(other.find("record.ndjson"), 13, "other.ndjson");
  pretend.change_workspace("\njobs:", other + "\njobs:");
  std::ofstream(file, std::ios::app) << "  aside: {sources: all, destinations: [other]}\n";
  pretend.students({"9001,Anna,Testwood,2014-11-03"});
  pretend.referrals({});
  auto said = pretend.say({"--output", "json", "run", "aside"});
  EXPECT_EQ(said.exit_code, 3);
  EXPECT_EQ(said.json()["trouble"],
            nlohmann::json({"1 share waits for record: this job does not send there"}))
      << said.err;
}

TEST(Job, ThatWasOnlyPlannedDoesNotPassForARun) {
  Pretend pretend;
  pretend.students({"9001,Anna,Testwood,2014-11-03"});
  pretend.referrals({});
  pretend.night();
  for (int i = 0; i < 9; ++i) pretend.ask({"plan", "nightly"});
  auto runs = pretend.ask({"runs"})["runs"];
  auto run = runs.back()["run"];
  EXPECT_EQ(runs[0]["dry_run"], true);
  EXPECT_EQ(runs.back()["dry_run"], false);
  EXPECT_THAT(pretend.say({"runs"}).out, testing::HasSubstr("nightly  plan, succeeded"));
  EXPECT_THAT(pretend.say({"runs", "show", runs[0]["run"].dump()}).out,
              testing::HasSubstr("(dry run: nothing published, nothing sent)"));
  EXPECT_EQ(pretend.ask({"status"})["last_run"]["run"], run);
  EXPECT_THAT(pretend.say({"status"}).out,
              testing::HasSubstr("Last run    " + run.dump() + ", nightly"));
}

}  // namespace
}  // namespace homeroom::flows
