#include "hub/deliver/deliver.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "homeroom/error.hpp"
#include "tests/world/scratch.hpp"

namespace homeroom::deliver {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Remembers in memory what the store remembers on disk.
class MemoryOutbox : public Outbox {
 public:
  void owe(const std::string& id, uint64_t sequence) {
    rows[id] = {
        id, place(id), sequence, false, true, std::string(64, 'a'), "{\"id\":\"" + id + "\"}", ""};
  }
  void owe_removal(const std::string& id, uint64_t sequence) {
    rows[id] = {id, place(id), sequence, true, true, "", "", "p-other"};
  }
  void has(const std::string& id, uint64_t sequence) {
    owe(id, sequence);
    rows[id].is_owed = false;
  }

  Owed owed() override {
    return {count([](auto& row) { return row.is_owed && !row.is_removal; }),
            count([](auto& row) { return row.is_owed && row.is_removal; })};
  }
  uint64_t live() override {
    return count([](auto& row) { return !row.is_removal; });
  }
  uint64_t delivery_number() override { return ++deliveries; }
  void each_owed(const Visit& visit) override {
    for (auto [id, row] : rows)
      if (row.is_owed) visit(row);
  }
  void each_live(const Visit& visit) override {
    for (auto [id, row] : rows)
      if (!row.is_removal) visit(row);
  }
  void each_removal(const std::function<void(uint32_t)>& visit) override {
    for (auto& [id, row] : rows)
      if (row.is_owed && row.is_removal) visit(row.place);
  }
  std::optional<uint32_t> find(std::string_view id, uint64_t sequence) override {
    auto row = rows.find(std::string(id));
    if (row == rows.end() || row->second.sequence != sequence) return std::nullopt;
    return row->second.place;
  }
  void settle(uint32_t place, Verdict verdict, std::string_view why) override {
    verdicts[ids[place]] = verdict;
    reasons[ids[place]] = why;
  }
  void settle_all() override {
    for (auto& [id, verdict] : verdicts) rows[id].is_owed = false;
  }

  std::map<std::string, OutgoingShare> rows;
  std::map<std::string, Verdict> verdicts;
  std::map<std::string, std::string> reasons;
  std::vector<std::string> ids;  ///< by place
  uint64_t deliveries = 0;

 private:
  uint32_t place(const std::string& id) {
    auto found = std::ranges::find(ids, id);
    if (found == ids.end()) found = ids.insert(ids.end(), id);
    return static_cast<uint32_t>(found - ids.begin());
  }
  template <class Want>
  uint64_t count(Want want) {
    uint64_t found = 0;
    for (auto& [id, row] : rows) found += want(row);
    return found;
  }
};

// Each delivery takes the next fault of a script; an empty script takes everything.
class FakeSink : public plugin::Instance {
 public:
  struct Fault {
    std::set<std::string> refused, not_now, silent;
    std::optional<Error> at_begin, at_finish;
    bool takes_nothing = false;
  };
  using Share = plugin::Share;

  bool offers(std::string_view) const override { return true; }
  std::vector<plugin::StreamInfo> discover() override { return {}; }
  std::unique_ptr<plugin::BatchReader> read(const plugin::ReadRequest&) override { return {}; }
  plugin::Delivers takes() override { return kind; }
  void check() override {}
  std::unique_ptr<plugin::Writer> begin(const plugin::Delivery& what,
                                        plugin::Answer answer) override {
    Fault fault = script.empty() ? Fault{} : script.front();
    if (!script.empty()) script.pop_front();
    deliveries.push_back({what, {}, {}});
    if (fault.at_begin) throw *fault.at_begin;
    return std::make_unique<FakeWriter>(deliveries.back(), fault, std::move(answer));
  }

  struct Seen {
    plugin::Delivery what;
    std::vector<std::string> keys;
    std::vector<std::string> unchanged;
  };
  plugin::Delivers kind = plugin::Delivers::delta;
  std::deque<Fault> script;
  std::deque<Seen> deliveries;

 private:
  class FakeWriter : public plugin::Writer {
   public:
    FakeWriter(Seen& seen, Fault fault, plugin::Answer answer)
        : seen_(seen), fault_(std::move(fault)), answer_(std::move(answer)) {}
    void put(std::span<const Share> shares) override {
      for (const Share& share : shares) {
        seen_.keys.emplace_back(share.key);
        std::string id(share.id);
        if (share.unchanged) seen_.unchanged.push_back(id);
        if (fault_.silent.contains(id)) continue;
        auto verdict = fault_.refused.contains(id) ? plugin::Verdict::refused
                       : fault_.takes_nothing || fault_.not_now.contains(id)
                           ? plugin::Verdict::not_now
                           : plugin::Verdict::taken;
        answer_(share.key, verdict, "a reason");
      }
    }
    void finish() override {
      if (fault_.at_finish) throw *fault_.at_finish;
    }

   private:
    Seen& seen_;
    Fault fault_;
    plugin::Answer answer_;
  };
};

class Deliver : public ::testing::Test {
 protected:
  Counts run() {
    Waiting waiting{[this](milliseconds pause) {
                      pauses.push_back(pause);
                      clock.set(clock.now_ms() + pause.count());
                      return !is_stopped;
                    },
                    [] { return 1.0; }};
    return deliver({sink, "tool", "t1/tool", *breaker, tempo}, outbox, patience, waiting);
  }
  void owe_many(int count) {
    for (int number = 0; number < count; ++number)
      outbox.owe("p-" + std::to_string(1000 + number), 1);
  }
  std::vector<std::size_t> put() const {
    std::vector<std::size_t> put;
    for (const auto& delivery : sink.deliveries) put.push_back(delivery.keys.size());
    return put;
  }
  world::FixedClock clock{1'000'000};
  std::optional<Breaker> breaker{std::in_place, "", Breaker::Rules{5, seconds(20)}, clock};
  Tempo tempo;
  MemoryOutbox outbox;
  FakeSink sink;
  Patience patience;
  std::vector<milliseconds> pauses;
  bool is_stopped = false;
};

Error busy(uint32_t retry_after = 0) {
  return {Next::retry, "503 from the tool", retry_after};
}

TEST_F(Deliver, WithNothingOwedNothingIsDone) {
  outbox.has("p-a", 1);
  sink.kind = plugin::Delivers::snapshot;
  EXPECT_EQ(run().delivered, 0u);
  EXPECT_THAT(sink.deliveries, IsEmpty());
}

TEST_F(Deliver, PutsWhatIsOwedInOrderWithKeysOfPersonAndSequence) {
  outbox.owe("p-b", 2);
  outbox.owe_removal("p-a", 7);
  outbox.has("p-c", 1);
  Counts counts = run();
  EXPECT_EQ(counts.delivered, 1u);
  EXPECT_EQ(counts.removed, 1u);
  EXPECT_THAT(sink.deliveries[0].keys, ElementsAre("t1/tool/p-a/7", "t1/tool/p-b/2"));
  EXPECT_EQ(sink.deliveries[0].what.shares, 2u);
  EXPECT_EQ(counts.trouble, "");
}

TEST_F(Deliver, AServerThatFailsOnceIsTriedAgainWithTheSameKeysAndNumber) {
  outbox.owe("p-a", 1);
  sink.script = {{.at_begin = busy()}};
  Counts counts = run();
  EXPECT_EQ(counts.delivered, 1u);
  EXPECT_EQ(counts.trouble, "");
  EXPECT_THAT(pauses, ElementsAre(milliseconds(500)));
  EXPECT_EQ(sink.deliveries[0].what.number, sink.deliveries[1].what.number);
}

TEST_F(Deliver, ALostAnswerIsSentAgainUnderTheSameKey) {
  outbox.owe("p-a", 1);
  outbox.owe("p-b", 1);
  sink.script = {{.silent = {"p-b"}, .at_finish = busy()}};
  Counts counts = run();
  EXPECT_EQ(counts.delivered, 2u);
  EXPECT_THAT(sink.deliveries[1].keys, ElementsAre("t1/tool/p-b/1"));
}

TEST_F(Deliver, ARefusedShareIsSettledAndTheOthersGoOn) {
  outbox.owe("p-a", 1);
  outbox.owe("p-b", 1);
  sink.script = {{.refused = {"p-a"}}};
  Counts counts = run();
  EXPECT_EQ(counts.refused, 1u);
  EXPECT_EQ(counts.delivered, 1u);
  EXPECT_EQ(counts.pending, 0u);
  EXPECT_EQ(outbox.verdicts["p-a"], Verdict::refused);
  EXPECT_EQ(outbox.reasons["p-a"], "a reason");
  EXPECT_EQ(sink.deliveries.size(), 1u);
}

TEST_F(Deliver, ARefusedRemovalStaysOwed) {
  outbox.owe_removal("p-a", 3);
  patience.tries = 1;
  sink.script = {{.refused = {"p-a"}}};
  Counts counts = run();
  EXPECT_EQ(counts.refused, 0u);
  EXPECT_EQ(counts.removals_pending, 1u);
  EXPECT_EQ(outbox.owed().all(), 1u);
}

TEST_F(Deliver, ARetryAfterWithinThePatienceIsWaitedFor) {
  outbox.owe("p-a", 1);
  sink.script = {{.at_begin = busy(20)}};
  EXPECT_EQ(run().delivered, 1u);
  EXPECT_THAT(pauses, ElementsAre(seconds(20)));
}

TEST_F(Deliver, ARetryAfterBeyondThePatienceLeavesEverythingPending) {
  outbox.owe("p-a", 1);
  outbox.owe_removal("p-b", 1);
  sink.script = {{.at_begin = busy(3600)}};
  Counts counts = run();
  EXPECT_EQ(counts.pending, 1u);
  EXPECT_EQ(counts.removals_pending, 1u);
  EXPECT_THAT(pauses, IsEmpty());
  EXPECT_THAT(counts.trouble, HasSubstr("next run"));
}

TEST_F(Deliver, RowsNotTakenNowArePutAgainAndPausesGrow) {
  outbox.owe("p-a", 1);
  patience.tries = 4;
  sink.script = {
      {.not_now = {"p-a"}}, {.not_now = {"p-a"}}, {.not_now = {"p-a"}}, {.not_now = {"p-a"}}};
  Counts counts = run();
  EXPECT_EQ(counts.pending, 1u);
  EXPECT_THAT(pauses, ElementsAre(milliseconds(500), seconds(1), seconds(2)));
  EXPECT_THAT(counts.trouble, HasSubstr("tried 4 times"));
}

TEST_F(Deliver, ASettingThatIsWrongIsNotTriedAgain) {
  outbox.owe("p-a", 1);
  sink.script = {{.at_begin = Error(Next::fix_settings, "no such folder")}};
  Counts counts = run();
  EXPECT_EQ(counts.pending, 1u);
  EXPECT_EQ(sink.deliveries.size(), 1u);
  EXPECT_THAT(counts.trouble, HasSubstr("no such folder"));
}

TEST_F(Deliver, ARunThatIsAskedToStopWhileWaitingStops) {
  outbox.owe("p-a", 1);
  is_stopped = true;
  sink.script = {{.at_begin = busy()}};
  Counts counts = run();
  EXPECT_EQ(counts.pending, 1u);
  EXPECT_EQ(sink.deliveries.size(), 1u);
  EXPECT_THAT(counts.trouble, HasSubstr("asked to stop"));
}

TEST_F(Deliver, ASnapshotHoldsEveryLiveShareAndItsEndSettlesRemovals) {
  sink.kind = plugin::Delivers::snapshot;
  outbox.has("p-a", 1);
  outbox.owe("p-b", 2);
  outbox.owe_removal("p-c", 3);
  Counts counts = run();
  EXPECT_EQ(counts.delivered, 1u);
  EXPECT_EQ(counts.removed, 1u);
  EXPECT_THAT(sink.deliveries[0].keys, ElementsAre("t1/tool/p-a/1", "t1/tool/p-b/2"));
  EXPECT_THAT(sink.deliveries[0].unchanged, ElementsAre("p-a"));
  EXPECT_EQ(sink.deliveries[0].what.shares, 2u);
}

TEST_F(Deliver, ASnapshotThatDoesNotFinishRemovesNothing) {
  sink.kind = plugin::Delivers::snapshot;
  outbox.owe("p-b", 2);
  outbox.owe_removal("p-c", 3);
  patience.tries = 1;
  sink.script = {{.silent = {"p-b"}, .at_finish = busy()}};
  Counts counts = run();
  EXPECT_EQ(counts.pending, 1u);
  EXPECT_EQ(counts.removals_pending, 1u);
  EXPECT_EQ(counts.removed, 0u);
}

/// Says "not now" to every share.
FakeSink::Fault nothing_goes() {
  return {.takes_nothing = true};
}

TEST_F(Deliver, ADestinationThatFailsInARowIsLeftAloneAndThenTriedWithOneShare) {
  owe_many(500);
  sink.script = {nothing_goes(), nothing_goes()};
  Counts counts = run();
  EXPECT_THAT(put(), ElementsAre(128, 1, 1, 499)) << "a batch, a try, a try, the rest";
  EXPECT_THAT(pauses, ElementsAre(seconds(20), seconds(20)));
  EXPECT_EQ(counts.delivered, 500u);
  EXPECT_EQ(counts.trouble, "");
  EXPECT_NE(sink.deliveries[2].what.number, sink.deliveries[3].what.number)
      << "what is left of a delivery is another one";
}

TEST_F(Deliver, ADestinationThatStaysIllIsOwedTheRest) {
  owe_many(500);
  for (int i = 0; i < 9; ++i) sink.script.push_back(nothing_goes());
  Counts counts = run();
  EXPECT_THAT(put(), ElementsAre(128, 1, 1, 1)) << "three pauses of 20 seconds in a minute";
  EXPECT_EQ(counts.pending, 500u);
  EXPECT_THAT(counts.trouble, HasSubstr("a reason; it failed again and again, so the rest is held "
                                        "back; waiting longer is left to the next run"));
}

TEST_F(Deliver, WhatARunLearnedOfADestinationTheNextOneKnows) {
  auto folder = scratch();
  auto file = folder.path() / "tool.breaker";
  owe_many(3);
  Breaker::Rules rules{3, seconds(300)};
  breaker.emplace(file, rules, clock);
  sink.script = {nothing_goes()};
  EXPECT_EQ(run().pending, 3u);
  breaker.emplace(file, rules, clock);
  EXPECT_THAT(run().trouble, HasSubstr("in the run before; waiting longer is left"));
  EXPECT_THAT(put(), ElementsAre(3)) << "it is not asked";
  clock.set(clock.now_ms() + 300'000);
  breaker.emplace(file, rules, clock);
  EXPECT_EQ(run().delivered, 3u);
  EXPECT_THAT(put(), ElementsAre(3, 1, 2));
  EXPECT_EQ(Breaker(file, rules, clock).is_half_open(), false);
}

TEST_F(Deliver, WhatIsTriedAgainInVainIsBounded) {
  owe_many(100);
  breaker.emplace("", Breaker::Rules{1000, seconds(20)}, clock);
  patience.tries = 9;
  patience.most = seconds(900);
  FakeSink::Fault some;
  for (int number = 1080; number < 1100; ++number)
    some.not_now.insert("p-" + std::to_string(number));
  for (int i = 0; i < 9; ++i) sink.script.push_back(some);
  Counts counts = run();
  EXPECT_EQ(counts.delivered, 80u);
  EXPECT_THAT(put(), ElementsAre(100, 20, 20)) << "40 of 100 are more than a fifth";
  EXPECT_THAT(counts.trouble, HasSubstr("tried again in vain"));
}

TEST_F(Deliver, SharesArePutAtThePaceOfTheDestination) {
  owe_many(25);
  world::Pace pace("", 5, clock, 10);
  tempo = {&pace, "tool", 10};
  EXPECT_EQ(run().delivered, 25u);
  EXPECT_THAT(pauses, ElementsAre(seconds(2), seconds(1))) << "ten at once, then five a second";
}

TEST_F(Deliver, ARunThatIsAskedToStopWhileItKeepsThePaceStops) {
  owe_many(3);
  world::Pace pace("", 1, clock);
  tempo = {&pace, "tool", 1};
  is_stopped = true;
  Counts counts = run();
  EXPECT_EQ(counts.delivered, 1u);
  EXPECT_EQ(counts.pending, 2u);
  EXPECT_THAT(counts.trouble, HasSubstr("asked to stop"));
}

TEST_F(Deliver, ManySharesAreEachPutOnce) {
  for (int number = 1000; number < 1500; ++number) outbox.owe("p-" + std::to_string(number), 1);
  EXPECT_EQ(run().delivered, 500u);
  EXPECT_EQ(sink.deliveries[0].keys.size(), 500u);
}

}  // namespace
}  // namespace homeroom::deliver
