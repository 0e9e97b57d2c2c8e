#include "hub/deliver/deliver.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "homeroom/error.hpp"

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
  void each_owed(const std::function<void(const OutgoingShare&)>& visit) override {
    for (auto& [id, row] : rows)
      if (row.is_owed) visit(row);
  }
  void each_live(const std::function<void(const OutgoingShare&)>& visit) override {
    for (auto& [id, row] : rows)
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
        auto verdict = fault_.refused.contains(id)   ? plugin::Verdict::refused
                       : fault_.not_now.contains(id) ? plugin::Verdict::not_now
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
                      return !is_stopped;
                    },
                    [] { return 1.0; }};
    return deliver(sink, outbox, "tool", "t1/tool", patience, waiting);
  }
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

TEST_F(Deliver, ManySharesAreEachPutOnce) {
  for (int number = 1000; number < 1500; ++number) outbox.owe("p-" + std::to_string(number), 1);
  EXPECT_EQ(run().delivered, 500u);
  EXPECT_EQ(sink.deliveries[0].keys.size(), 500u);
}

}  // namespace
}  // namespace homeroom::deliver
