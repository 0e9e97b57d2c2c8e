// What a destination took since a time goes out once more, as it is now: under the key and sequence
// of before, so that one that has it drops it and one that lost it takes it.
#include <gmock/gmock.h>

#include "hub/sqlite/sqlite.hpp"
#include "tests/cluster/kinds.hpp"
#include "tests/flows/day_book.hpp"
#include "tests/flows/instants.hpp"
#include "tests/flows/picky_tool.hpp"

namespace homeroom::flows {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Messages = std::vector<std::pair<std::string, uint64_t>>;  ///< operation, sequence

const std::string anna = "9001,Anna,Testwood,2014-11-03", otto = "9002,Otto,Sampleton,2015-02-20",
                  renamed_otto = "9002,Otto,Samplefield,2015-02-20";

class Replay : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    pretend_.put(tests::location_of(GetParam(), pretend_.at("hub.db")));
    if (pretend_.location().empty()) GTEST_SKIP() << tests::Cluster::how_to_install;
    tool_.say_first([this](const nlohmann::json& told) {
      messages_.emplace_back(told["operation"], told["sequence"]);
      return std::string();
    });
    pretend_.referrals({});
    pretend_.students({anna, otto});
    pretend_.night();
    second_day({anna, renamed_otto});
  }
  void second_day(const std::vector<std::string>& students) {
    since_ = after_the_last_run();
    pretend_.students(students);
    pretend_.night();
    messages_.clear();
  }
  std::string after_the_last_run() const { return right_after(pretend_.ask({"runs"})["runs"][0]); }
  cli::Said replay(const std::string& to, const std::string& since,
                   const std::vector<std::string>& more = {"--why", "their disk was lost"}) const {
    std::vector<std::string> words{"--output", "json", "replay", "--to", to, "--since", since};
    words.insert(words.end(), more.begin(), more.end());
    return pretend_.say(words);
  }
  nlohmann::json asked(const std::string& since) const {
    auto said = replay("planner", since);
    EXPECT_EQ(said.exit_code, 0) << said.err;
    return said.json();
  }
  nlohmann::json night_to_planner() const { return pretend_.night()["deliveries"][1]; }
  /// The planner's settings stand behind all others.
  void change_planner(const std::string& what, const std::string& with) const {
    auto file = pretend_.at("workspace/homeroom.yaml");
    auto text = cli::whole(file);
    std::ofstream(file) << text.replace(text.rfind(what), what.size(), with);
  }
  int recorded() const {
    return pretend_.ask({"audit", "verify"})["chains"][1]["entries"].get<int>();
  }
  Pretend pretend_;
  PickyTool tool_{pretend_};
  Messages messages_;  ///< of the nights since the last day's files
  std::string since_;  ///< before the second day
};

TEST_P(Replay, WhatWasTakenSinceGoesOutAgainUnderItsOwnSequence) {
  auto before = recorded();
  auto told = asked(since_);
  EXPECT_EQ(told["first_run"], 2);
  EXPECT_EQ(told["shares"], 1);
  EXPECT_EQ(told["removals"], 0);
  EXPECT_EQ(recorded(), before + 1);
  EXPECT_THAT(messages_, IsEmpty()) << "the next run sends";
  EXPECT_EQ(night_to_planner()["delivered"], 1);
  EXPECT_THAT(messages_, ElementsAre(Pair("upsert", 2)));
  EXPECT_EQ(night_to_planner()["unchanged"], 2);
  EXPECT_THAT(messages_, ElementsAre(Pair("upsert", 2))) << "once";
}

TEST_P(Replay, ADayIsMeantByTheDistrictsClocks) {
  EXPECT_EQ(asked("2020-01-01")["since"], "2020-01-01T05:00:00Z");
  EXPECT_EQ(night_to_planner()["delivered"], 2);
  EXPECT_THAT(messages_, UnorderedElementsAre(Pair("upsert", 1), Pair("upsert", 2)));
}

TEST_P(Replay, ARemovalGoesOutAgain) {
  second_day({anna});
  EXPECT_EQ(asked(since_)["removals"], 1);
  EXPECT_EQ(night_to_planner()["removed"], 1);
  EXPECT_THAT(messages_, ElementsAre(Pair("remove", 3)));
}

TEST_P(Replay, WhatChangedSinceGoesOutAsItIsNow) {
  asked(since_);
  pretend_.students({anna, otto});
  EXPECT_EQ(night_to_planner()["delivered"], 1);
  EXPECT_THAT(messages_, ElementsAre(Pair("upsert", 3)));
}

TEST_P(Replay, WhatMayLeaveNoMoreIsARemoval) {
  asked(since_);
  change_planner("students: all", "students: with_coordinator");
  std::ofstream(pretend_.at("workspace/homeroom.yaml"), std::ios::app)
      << "\ngroups: {with_coordinator: \"caseload('coordinator')\"}\n";
  auto sent = night_to_planner();
  EXPECT_EQ(sent["delivered"], 0);
  EXPECT_EQ(sent["removed"], 2);
  EXPECT_THAT(messages_, UnorderedElementsAre(Pair("remove", 2), Pair("remove", 3)));
}

TEST_P(Replay, ADryRunOnlyCounts) {
  auto before = recorded();
  auto said = replay("planner", since_, {"--dry-run"});
  EXPECT_EQ(said.json()["shares"], 1);
  EXPECT_EQ(recorded(), before);
  EXPECT_EQ(night_to_planner()["unchanged"], 2);
}

TEST_P(Replay, WhereNothingWasTakenNothingIsRecorded) {
  auto before = recorded();
  EXPECT_EQ(asked(after_the_last_run())["shares"], 0);
  EXPECT_EQ(recorded(), before);
}

TEST_P(Replay, AQuietSpanHoldsIt) {
  asked(since_);
  std::ofstream(pretend_.at("workspace/homeroom.yaml"), std::ios::app)
      << "\ncalendar: {quiet: [{destination: planner, dates: 2026-01-13 to 2026-01-14, why: new "
         "servers}]}\n";
  EXPECT_EQ(pretend_.say({"--output", "json", "run", "nightly"}).json()["deliveries"][1]["held"],
            1);
  EXPECT_THAT(messages_, IsEmpty());
  pretend_.ask({"--set", "run_date=2026-01-15", "run", "nightly"});
  EXPECT_THAT(messages_, ElementsAre(Pair("upsert", 2)));
}

TEST_P(Replay, AFirstDeliveryDoesNotWaitOnceMore) {
  change_planner("first_delivery: send", "first_delivery: wait");
  asked("2020-01-01");
  tool_.say_first(
      [](const nlohmann::json&) { return webhook::answer(503, "Retry-After: 3600\r\n"); });
  auto away = pretend_.say({"--output", "json", "run", "nightly"}).json()["deliveries"][1];
  EXPECT_EQ(away["pending"], 2) << away;
  EXPECT_EQ(away["held"], 0);
}

TEST_P(Replay, AFileThatWasLostIsThereAgain) {
  auto before = pretend_.record();
  std::filesystem::remove(pretend_.at("out/record.ndjson"));
  EXPECT_EQ(replay("record", since_).json()["shares"], 1);
  pretend_.night();
  EXPECT_EQ(pretend_.record(), before);
}

TEST_P(Replay, SharesThatWereRefusedAreLeftToQuarantine) {
  tool_.refuse({"9002"});
  tool_.say_first({});
  pretend_.students({anna, otto});
  pretend_.say({"run", "nightly"});
  auto told = asked(since_);
  EXPECT_EQ(told["refused"], 1);
  EXPECT_EQ(told["shares"], 0);
}

TEST_P(Replay, WhatCannotBeMeantIsRefused) {
  std::vector<std::pair<cli::Said, const char*>> all{
      {replay("plannr", since_), "did you mean planner?"},
      {replay("planner", "2099-01-01"), "--since: 2099-01-01T05:00:00Z is not yet"},
      {replay("planner", "yesterday"), "--since: expected a day or a time"},
      {replay("planner", "2026-01-13T25:00"), "--since: expected a day or a time"},
      {replay("planner", since_, {}), "--why TEXT is missing"}};
  for (const auto& [said, why] : all) {
    EXPECT_EQ(said.exit_code, 2);
    EXPECT_THAT(said.err, HasSubstr(why));
  }
}

INSTANTIATE_TEST_SUITE_P(On, Replay, tests::both_stores(), tests::name_of_store);

/// The agency keeps a book, which tells no line twice, and a referral says on which day it was
/// mapped.
class ReplayFrom : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    pretend_.put(tests::location_of(GetParam(), pretend_.at("hub.db")));
    if (pretend_.location().empty()) GTEST_SKIP() << tests::Cluster::how_to_install;
    keep_a_book(pretend_);
    auto mapping = pretend_.at("workspace/mappings/agency.yaml");
    auto text = cli::whole(mapping);
    auto program = text.rfind("Program");
    std::ofstream(mapping) << text.replace(program, 7, "Program || ' of ' || text(run_date)");
    pretend_.students({anna, otto});
    lines_ = {"R1,Anna,Testwood,2014-11-03", "R2,Otto,Sampleton,2015-02-20"};
    book(pretend_, lines_);
    night("2026-01-13");
    since_ = right_after(pretend_.ask({"runs"})["runs"][0]);
    lines_.push_back("R3,Anna,Testwood,2014-11-03");
    book(pretend_, lines_);
    night("2026-01-14");
  }
  nlohmann::json night(const std::string& day) const {
    return pretend_.ask({"--set", "run_date=" + day, "run", "nightly"})["sources"];
  }
  std::size_t mapped_on(const std::string& day) const {
    std::size_t count = 0;
    auto record = pretend_.record();
    for (auto at = record.find(" of " + day); at != record.npos;
         at = record.find(" of " + day, at + 1))
      ++count;
    return count;
  }
  cli::Said replay(const std::string& source, const std::string& since,
                   const std::vector<std::string>& more = {"--why",
                                                           "the plugin was mended"}) const {
    std::vector<std::string> words{"--output", "json",    "replay", "--from",
                                   source,     "--since", since};
    words.insert(words.end(), more.begin(), more.end());
    return pretend_.say(words);
  }
  Pretend pretend_;
  std::vector<std::string> lines_;
  std::string since_;  ///< before the second night
};

TEST_P(ReplayFrom, WhatCameSinceIsReadAnewAndAllThatIsKeptIsMappedAnew) {
  EXPECT_EQ(mapped_on("2026-01-13"), 2u);
  EXPECT_EQ(night("2026-01-15")[1]["streams"][0]["read"], 0);
  EXPECT_EQ(mapped_on("2026-01-15"), 0u) << "nothing says that it should";
  auto told = replay("agency", since_).json();
  EXPECT_EQ(told["generation"], 1);
  EXPECT_EQ(told["streams"][0]["cursor"], "2");
  auto heard = night("2026-01-15")[1]["streams"][0];
  EXPECT_EQ(heard["read"], 1);
  EXPECT_EQ(heard["mapped"], 1);
  EXPECT_EQ(mapped_on("2026-01-15"), 3u);
  EXPECT_EQ(night("2026-01-16")[1]["streams"][0]["read"], 0);
  EXPECT_EQ(mapped_on("2026-01-15"), 3u) << "once";
}

TEST_P(ReplayFrom, BeforeTheFirstRunIsFromTheBeginning) {
  auto told = replay("agency", "2020-01-01").json();
  EXPECT_EQ(told["generation"], 0);
  EXPECT_EQ(told["streams"][0]["cursor"], "");
  EXPECT_EQ(night("2026-01-15")[1]["streams"][0]["read"], 3);
}

TEST_P(ReplayFrom, AFileThatStandsIsReadAnew) {
  EXPECT_EQ(night("2026-01-14")[0]["stands"], true);
  auto told = replay("sis", since_).json();
  EXPECT_EQ(told["streams"][0]["whole"], true);
  auto heard = night("2026-01-14")[0];
  EXPECT_EQ(heard["stands"], false);
  EXPECT_EQ(heard["streams"][0]["mapped"], 2) << heard;
  EXPECT_EQ(night("2026-01-14")[0]["stands"], true) << "once";
}

TEST_P(ReplayFrom, ASourceThatCannotGoBackSaysSoAndHasItsRecordsMapped) {
  book(pretend_, {lines_[0]});
  auto told = replay("agency", since_, {"--dry-run"}).json()["streams"][0];
  EXPECT_THAT(told["trouble"].dump(), HasSubstr("no place in book.csv"));
  EXPECT_EQ(told["cursor"], "3");
  replay("agency", since_);
  book(pretend_, lines_);
  EXPECT_EQ(night("2026-01-15")[1]["streams"][0]["read"], 0);
  EXPECT_EQ(mapped_on("2026-01-15"), 3u);
}

TEST_P(ReplayFrom, IsRecordedUnlessItIsDry) {
  auto recorded = [&] {
    return pretend_.ask({"audit", "verify"})["chains"][1]["entries"].get<int>();
  };
  auto before = recorded();
  EXPECT_EQ(replay("agency", since_, {"--dry-run"}).exit_code, 0);
  EXPECT_EQ(recorded(), before);
  EXPECT_EQ(replay("agency", since_, {}).exit_code, 2) << "without a reason";
  EXPECT_EQ(replay("agenci", since_).exit_code, 2);
  EXPECT_EQ(replay("agency", since_, {"--to", "record"}).exit_code, 2) << "one of them";
  EXPECT_EQ(replay("agency", since_).exit_code, 0);
  EXPECT_EQ(recorded(), before + 1);
}

INSTANTIATE_TEST_SUITE_P(On, ReplayFrom, tests::both_stores(), tests::name_of_store);

TEST(ReplayOfAFile, ARunThatLeftNoReportMayHaveBeenTheOne) {
  Pretend pretend;
  pretend.referrals({});
  for (const auto& second : {otto, renamed_otto}) {
    pretend.students({anna, second});
    pretend.night();
  }
  auto since = right_after(pretend.ask({"runs"})["runs"][0]);
  sqlite::Database(pretend.at("hub.db"), sqlite::Access::write)
      .run("DELETE FROM run WHERE number = 2");
  auto told = pretend.ask({"replay", "--to", "record", "--since", since, "--dry-run"});
  EXPECT_EQ(told["shares"], 1);
}

}  // namespace
}  // namespace homeroom::flows
