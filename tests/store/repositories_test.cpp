// What goes into each repository comes out again, after publishing and opening anew.
#include <map>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "homeroom/error.hpp"
#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"
#include "hub/world/digest.hpp"
#include "hub/world/files.hpp"
#include "tests/store/on_both.hpp"

namespace homeroom::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::array<unsigned char, 32> digest_of(unsigned char byte) {
  std::array<unsigned char, 32> digest;
  digest.fill(byte);
  return digest;
}

class Repositories : public OnBoth {
 protected:
  void begin() override {
    store_ = open();
    store_->begin();
  }
  std::unique_ptr<Store> open() { return both_.open(); }
  /// Publishes and opens the store anew.
  Store& reopened() {
    store_->publish();
    store_.reset();
    store_ = open();
    return *store_;
  }
  Store& next_run() {
    Store& store = reopened();
    store.begin();
    return store;
  }
  std::vector<SubjectLink> links(uint32_t source) { return store_->links(source); }

  std::unique_ptr<Store> store_;
};

TEST_P(Repositories, Nodes) {
  store_->put_node(2, {5, UINT64_MAX, "digests", "neighbors", "uses", "frame"});
  store_->put_node(2, {6, 1, "", "", "", ""});
  store_->put_node(3, {5, 1, "", "", "", "other"});
  Store& store = reopened();
  Node node = store.node(2, 5);
  EXPECT_EQ(node.token, UINT64_MAX);
  EXPECT_EQ(node.digests, "digests");
  EXPECT_EQ(node.uses, "uses");
  EXPECT_EQ(node.frame, "frame");
  EXPECT_EQ(store.neighbors(2, 5), "neighbors");
  EXPECT_EQ(store.node(2, 6).frame, "");
  std::vector<uint32_t> users;
  store.each_use(2, [&](uint32_t id, std::string_view) { users.push_back(id); });
  EXPECT_THAT(users, ElementsAre(5));
}

TEST_P(Repositories, ANodeThatLosesItsRowsLosesItsFrame) {
  store_->put_node(1, {5, 1, "", "", "", "frame"});
  next_run().put_node(1, {5, 1, "", "", "", ""});
  EXPECT_EQ(reopened().node(1, 5).frame, "");
}

TEST_P(Repositories, ReferencesAreReplacedWhole) {
  uint32_t source = store_->source_number("sis");
  store_->put_reference(source, "schools", "rows");
  next_run().put_reference(source, "schools", "other rows");
  EXPECT_EQ(reopened().reference(source, "schools"), "other rows");
  EXPECT_EQ(store_->reference(source, "courses"), "");
}

TEST_P(Repositories, LinksOfManyPagesComeOutByNode) {
  std::vector<SubjectLink> put;
  for (uint32_t node = 3000; node > 0; --node) put.push_back({node, node + 7, 2, 1});
  store_->put_links(1, put);
  reopened();
  auto found = links(1);
  ASSERT_EQ(found.size(), 3000u);
  EXPECT_EQ(found[0].node, 1u);
  EXPECT_EQ(found[2999].person, 3007u);
  EXPECT_THAT(links(2), IsEmpty());
}

TEST_P(Repositories, LinksAreReplacedWhole) {
  store_->put_links(1, {{1, 1, 1, 0}, {5000, 2, 1, 0}});
  next_run().put_links(1, {{1, 9, 1, 0}});
  reopened();
  ASSERT_EQ(links(1).size(), 1u);
  EXPECT_EQ(links(1)[0].person, 9u);
}

TEST_P(Repositories, OneLinkIsPutBesideTheOthers) {
  store_->put_links(1, {{1, 1, 1, 0}, {3, 2, 1, 0, 4.5F}});
  auto& store = next_run();
  store.put_link(1, {2, 8, 2, 0, 9});
  store.put_link(1, {3, 7, 1, 0});
  store.put_link(1, {5000, 6, 1, 0});
  reopened();
  std::vector<uint32_t> persons;
  for (const auto& link : links(1)) persons.push_back(link.person);
  EXPECT_THAT(persons, ElementsAre(1, 8, 7, 6));
  EXPECT_EQ(links(1)[1].weight, 9);
}

TEST_P(Repositories, FeaturesComeOutByNodeWhateverTheOrder) {
  for (uint32_t node : {200U, 3U, 64U, 63U, 1U})
    store_->put_features(1, node, std::to_string(node));
  auto& store = next_run();
  store.put_features(1, 3, "three, and longer than before");
  store.put_features(1, 2, std::string(300, 'x'));
  store.erase_features(1, 63);
  store.erase_features(1, 200);
  reopened();
  std::vector<uint32_t> nodes;
  store_->each_features(1, [&](uint32_t node, std::string_view) { nodes.push_back(node); });
  EXPECT_THAT(nodes, ElementsAre(1, 2, 3, 64));
  EXPECT_EQ(store_->features(1, 3), "three, and longer than before");
  EXPECT_EQ(store_->features(1, 64), "64");
  EXPECT_EQ(store_->features(1, 63), "");
  EXPECT_EQ(store_->features(2, 64), "");
}

TEST_P(Repositories, PostingsOfManyRunsAreThoseOfAPlainMap) {
  std::set<std::pair<uint64_t, uint32_t>> all;
  std::mt19937_64 random(3);
  std::vector<uint64_t> tokens;
  for (int i = 0; i < 300; ++i) tokens.push_back(random());
  auto some = [&](int count) {
    std::vector<Posting> made;
    for (int i = 0; i < count; ++i)
      made.push_back({tokens[random() % tokens.size()], static_cast<uint32_t>(random() % 40),
                      random() % 3 == 0});
    for (const auto& one : made)
      if (one.is_gone)
        all.erase({one.token, one.node});
      else
        all.emplace(one.token, one.node);
    return made;
  };
  for (const auto& one : some(4000)) all.emplace(one.token, one.node);
  std::vector<std::pair<uint64_t, uint32_t>> first(all.begin(), all.end());
  store_->replace_postings(1, first.size(), [&](std::size_t at) {
    return Posting{first[at].first, first[at].second};
  });
  for (int night = 0; night < 40; ++night) {
    auto& store = next_run();
    store.add_postings(1, some(night % 7 == 0 ? 400 : 12));
    std::vector<uint32_t> found;
    for (auto token : tokens) {
      std::vector<uint32_t> expected;
      for (auto at = all.lower_bound({token, 0}); at != all.end() && at->first == token; ++at)
        expected.push_back(at->second);
      store.postings(1, token, found);
      ASSERT_EQ(found, expected) << "night " << night;
    }
    store.postings(2, tokens[0], found);
    ASSERT_THAT(found, IsEmpty());
  }
}

TEST_P(Repositories, APostingPutInARunThatIsRolledBackIsGone) {
  store_->add_postings(1, {{7, 1}, {7, 2}});
  auto& store = next_run();
  store.add_postings(1, {{7, 1, true}, {7, 3}});
  std::vector<uint32_t> found;
  store.postings(1, 7, found);
  EXPECT_THAT(found, ElementsAre(2, 3));
  store.rollback();
  store.postings(1, 7, found);
  EXPECT_THAT(found, ElementsAre(1, 2));
}

TEST_P(Repositories, KeysOfErasedSegmentsAreUsedForOthers) {
  for (uint32_t night = 0; night < 100; ++night) next_run().add_postings(1, {{night, night}});
  reopened();
  uint64_t pages = 0;
  for (const auto& count : both_.keys().status().counts)
    if (count.unit == keys::Unit::postings) pages = count.pages;
  EXPECT_GT(pages, 0u);
  EXPECT_LE(pages, 24u) << "as many places as segments of two generations, not one a night";
  std::vector<uint32_t> found;
  for (uint32_t night = 0; night < 100; ++night) {
    store_->postings(1, night, found);
    EXPECT_THAT(found, ElementsAre(night));
  }
}

TEST_P(Repositories, RunsWithLittleNewsSeldomWriteKeys) {
  auto bytes = [&] { return world::sha256_of_file(both_.folder() / "keys.keydb"); };
  next_run().add_postings(1, {{1, 1}});
  store_->publish();
  auto before = bytes();
  uint32_t changes = 0;
  for (uint32_t run = 2; run < 100; ++run) {
    store_->begin();
    store_->add_postings(1, {{run, run}});
    store_->publish();
    auto now = bytes();
    changes += now != before;
    before = now;
  }
  EXPECT_GT(changes, 0u) << "a key never seals two segments";
  EXPECT_LE(changes, 5u)
      << "a write of keys costs more than the rest of a run that links one record";
  std::vector<uint32_t> found;
  for (uint32_t run = 1; run < 100; ++run) {
    store_->postings(1, run, found);
    EXPECT_THAT(found, ElementsAre(run));
  }
}

TEST_P(Repositories, WhatNamedAForgottenRecordIsUnreadableInOldCopiesToo) {
  next_run().add_postings(1, {{7, 4}});
  store_->publish();
  store_.reset();
  auto copy = both_.folder() / "backup.db";
  Store::back_up(both_.location(), copy);
  store_ = open();
  for (uint32_t run = 0; run < 300;
       ++run) {  // its segment becomes part of others, all places are used
    store_->begin();
    store_->add_postings(1, {{run + 100, run + 100}});
    store_->publish();
  }
  store_->begin();
  store_->forget_records(1, {4});
  store_->publish();
  auto old = Store::open("sqlite:" + copy.string(), "t1", both_.keys(), true);
  old->begin();
  EXPECT_TRUE(old->drop_unreadable());
  std::vector<uint32_t> found;
  store_->postings(1, 100, found);
  EXPECT_THAT(found, ElementsAre(100));
}

/// Where the records of a stream hang, key by key.
std::map<uint64_t, std::vector<uint32_t>> places(Store& store, const KeyedStream& of) {
  std::map<uint64_t, std::vector<uint32_t>> all;
  store.each_key(of, [&](const Posting& record) { all[record.token].push_back(record.node); });
  return all;
}

TEST_P(Repositories, PlacesOfRecordsAreOfAStreamAndItsKeyColumns) {
  auto sis = store_->source_number("sis");
  KeyedStream visits{sis, "visits", "Visit"}, notes{sis, "notes", "Note"};
  EXPECT_FALSE(store_->count_keys(visits));
  std::vector<Posting> first{{7, 1}, {7, 2}, {9, 1}};
  store_->replace_keys(visits, first.size(), [&](std::size_t at) { return first[at]; });
  store_->replace_keys(notes, 0, [](std::size_t) { return Posting{}; });
  auto& store = next_run();
  store.add_keys(visits, {{7, 1, true}, {7, 3}, {8, 4}});
  EXPECT_THAT(places(store, visits), ElementsAre(Pair(7, ElementsAre(2, 3)),
                                                 Pair(8, ElementsAre(4)), Pair(9, ElementsAre(1))));
  std::vector<uint32_t> found;
  store.find_key(visits, 7, found);
  EXPECT_THAT(found, ElementsAre(2, 3));
  store.find_key(notes, 7, found);
  EXPECT_THAT(found, IsEmpty());
  EXPECT_EQ(store.count_keys(notes), 0u) << "one without records is known";
  visits.columns = "Day";
  EXPECT_FALSE(store.count_keys(visits)) << "hashes of other columns say nothing";
  EXPECT_FALSE(store.count_keys({sis + 1, "notes", "Note"}));
}

TEST_P(Repositories, PlacesOfARunThatIsRolledBackAreThoseOfBefore) {
  auto sis = store_->source_number("sis");
  KeyedStream visits{sis, "visits", "Visit"}, notes{sis, "notes", "Note"};
  store_->replace_keys(visits, 1, [](std::size_t) { return Posting{7, 1}; });
  auto& store = next_run();
  store.add_keys(visits, {{7, 1, true}});
  store.replace_keys(notes, 1, [](std::size_t) { return Posting{7, 1}; });
  store.rollback();
  EXPECT_THAT(places(store, visits), ElementsAre(Pair(7, ElementsAre(1))));
  EXPECT_FALSE(store.count_keys(notes));
}

TEST_P(Repositories, AForgottenRecordHasNoPlace) {
  auto sis = store_->source_number("sis");
  KeyedStream visits{sis, "visits", "Visit"};
  KeyedStream others{store_->source_number("clinic"), "visits", "Visit"};
  for (const auto& of : {visits, others}) {
    std::vector<Posting> both{{7, 4}, {7, 5}};
    store_->replace_keys(of, both.size(), [&](std::size_t at) { return both[at]; });
  }
  next_run().forget_records(sis, {4});
  auto& store = reopened();
  EXPECT_THAT(places(store, visits), ElementsAre(Pair(7, ElementsAre(5))));
  EXPECT_THAT(places(store, others), ElementsAre(Pair(7, ElementsAre(4, 5))));
}

TEST_P(Repositories, AForgottenRecordLeavesThePagesThatOthersStayIn) {
  for (uint32_t node : {4u, 5u, 200u}) {
    store_->put_node(1, {node, node + 100, "", "", "", "frame"});
    store_->put_link(1, {node, 1, 1});
    store_->put_features(1, node, "features");
  }
  store_->add_postings(1, {{7, 4}, {7, 5}, {8, 200}});
  next_run().forget_records(1, {4, 200});
  auto& store = reopened();
  std::vector<uint32_t> found;
  store.postings(1, 7, found);
  EXPECT_THAT(found, ElementsAre(5));
  store.postings(1, 8, found);
  EXPECT_THAT(found, IsEmpty());
  EXPECT_EQ(store.features(1, 5), "features");
  EXPECT_EQ(store.features(1, 4), "");
  EXPECT_EQ(links(1).size(), 1u);
  EXPECT_EQ(store.node(1, 5).frame, "frame");
  EXPECT_THROW(store.node(1, 4), Error);
}

TEST_P(Repositories, WhatABackupHasAndTheKeysHaveNoMoreIsDropped) {
  store_->put_features(1, 4, "features");
  store_->add_postings(1, {{7, 4}});
  QuarantineRow aside;
  aside.run = 1;
  aside.number = 1;
  store_->put_quarantine(aside);
  aside.number = 2;
  store_->put_quarantine(aside);
  auto* store = &next_run();
  EXPECT_FALSE(store->drop_unreadable());
  EXPECT_EQ(store->quarantine().size(), 2u);
  both_.keys().destroy(keys::Unit::features, 1, 0);
  both_.keys().destroy(keys::Unit::quarantine, 1, 2);
  EXPECT_TRUE(store->drop_unreadable());
  EXPECT_EQ(store->quarantine().size(), 1u);
  std::vector<uint32_t> found;
  store->postings(1, 7, found);
  EXPECT_THAT(found, IsEmpty());
}

TEST_P(Repositories, Persons) {
  store_->put_person({1, "p-aaaa", true, std::nullopt, ""});
  store_->put_person({2, "p-bbbb", false, 20'000, "p-aaaa"});
  std::vector<Person> found;
  reopened().each_person([&](const Person& person) { found.push_back(person); });
  ASSERT_EQ(found.size(), 2u);
  EXPECT_FALSE(found[0].ended_on);
  EXPECT_EQ(found[1].ended_on, 20'000);
  EXPECT_EQ(found[1].merged_into, "p-aaaa");
  EXPECT_FALSE(found[1].is_live);
}

TEST_P(Repositories, Profiles) {
  store_->put_profile({1, UINT64_MAX, 3, 4, 5, "rows"});
  store_->put_profile({2, 1, 1, 1, std::nullopt, "other"});
  Store& store = next_run();
  store.erase_profile(2);
  reopened();
  auto profile = store_->profile(1);
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->content_hash, UINT64_MAX);
  EXPECT_EQ(profile->changes_on, 5);
  EXPECT_EQ(profile->rows, "rows");
  EXPECT_FALSE(store_->profile(2));
  std::vector<std::string> rows;
  store_->each_profile([&](const Profile& one) { rows.push_back(one.rows); });
  store_->each_profile_index([&](const Profile& one) { rows.push_back(one.rows); });
  EXPECT_THAT(rows, ElementsAre("rows", ""));
}

TEST_P(Repositories, OneReceiptForADeliveryThatWasTakenWhole) {
  uint32_t tool = store_->destination_number("tool");
  uint32_t other = store_->destination_number("other");
  store_->put_share({tool, 1, 4, ShareState::owed, digest_of(1), 2, 0});
  store_->put_share({tool, 2, 5, ShareState::removal_owed, {}, 0, 0});
  store_->put_share({tool, 3, 6, ShareState::refused, digest_of(3), 2, 0});
  store_->put_share({other, 1, 7, ShareState::owed, digest_of(1), 2, 0});
  Store& store = reopened();
  store.begin_receipts();
  store.put_all_sent(tool);
  store.commit_receipts();
  std::vector<ShareState> states;
  auto state_of = [&](const ShareRow& share) { states.push_back(share.state); };
  store.each_share(tool, state_of);
  store.each_share(other, state_of);
  EXPECT_THAT(states, ElementsAre(ShareState::sent, ShareState::removal_owed, ShareState::refused,
                                  ShareState::owed));
}

TEST_P(Repositories, SharesAndTheirReceipts) {
  uint32_t tool = store_->destination_number("tool");
  store_->put_share({tool, 7, 1, ShareState::owed, {}, 2, 3});
  Store& store = reopened();
  EXPECT_EQ(store.destination_number("tool"), tool);
  EXPECT_EQ(store.next_delivery_number(tool), 1u);
  store.begin_receipts();
  store.put_receipt({tool, 7, 1, ShareState::sent, digest_of('\1'), 2, 3});
  store.commit_receipts();
  std::vector<ShareRow> found;
  both_.open(false)->each_share(tool, [&](const ShareRow& share) { found.push_back(share); });
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].state, ShareState::sent);
  EXPECT_EQ(found[0].digest, digest_of('\1'));
  EXPECT_EQ(found[0].fields_withheld, 3u);
  EXPECT_EQ(store.next_delivery_number(tool), 2u);
}

TEST_P(Repositories, StreamStatesAndDigests) {
  store_->put_stream_state({"sis", "users", "c", 1, 2, 3, std::string("\0x", 2)});
  store_->put_digest("mapping", "d");
  Store& store = reopened();
  auto state = store.stream_state("sis", "users");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->feeds_digest, std::string("\0x", 2));
  EXPECT_EQ(state->records, 2u);
  EXPECT_EQ(store.stream_states().size(), 1u);
  EXPECT_EQ(store.digest("mapping"), "d");
  EXPECT_FALSE(store.digest("model"));
}

TEST_P(Repositories, IsWatchedWithoutKeys) {
  EXPECT_FALSE(Store::watch(both_.location())) << "nothing is published";
  uint32_t tool = store_->destination_number("tool");
  store_->put_share({tool, 1, 4, ShareState::owed, digest_of(1), 2, 0});
  store_->put_share({tool, 2, 5, ShareState::removal_owed, {}, 0, 0});
  store_->put_share({tool, 3, 6, ShareState::sent, digest_of(3), 2, 0});
  store_->put_stream_state({"sis", "users", "", 1000, 2, 3, ""});
  store_->put_stream_state({"sis", "orgs", "", 3000, 2, 3, ""});
  store_->put_stream_state({"health", "Patient", "", 0, 2, 3, ""});
  reopened();
  auto watched = Store::watch(both_.location());
  ASSERT_TRUE(watched);
  EXPECT_THAT(watched->newest_ms, ElementsAre(Pair("sis", 3000)));
  EXPECT_THAT(watched->without_receipt, ElementsAre(Pair("tool", 2u)));
  EXPECT_EQ(watched->oldest_transaction_s.has_value(), both_.is_postgres());
}

TEST_P(Repositories, Quarantine) {
  record::SetAside what{"users",     "users.csv",  4,       5,        6,
                        "birthDate", "not a date", "bytes", {"Born"}, "key"};
  store_->put_quarantine({1, 1, "sis", what, 99, 1});
  Store& store = next_run();
  store.put_quarantine({2, 1, "sis", what, 99, 1});
  store.clear_quarantine("sis", "users", 2);
  auto rows = reopened().quarantine();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].run, 2u);
  EXPECT_EQ(rows[0].first_run, 1u);
  EXPECT_EQ(rows[0].what.line, 5u);
  EXPECT_EQ(rows[0].what.bytes, "bytes");
  EXPECT_EQ(rows[0].what.key, "key");
  EXPECT_EQ(rows[0].what.columns, std::vector<std::string>{"Born"});
}

TEST_P(Repositories, WhatAPersonWantsDoneAboutARecordSetAside) {
  store_->put_quarantine({1, 1, "sis", {}, 99, 1});
  Store& store = reopened();
  auto row = store.quarantine().at(0);
  row.state = AsideState::mended;
  row.reads_again = true;
  row.mends = {{"Born", "2014-11-03"}};
  store.settle_quarantine(row, {1, "clerk", "fix quarantine", "sis users Born", "seen"});
  auto kept = store.quarantine().at(0);
  EXPECT_EQ(kept.state, AsideState::mended);
  EXPECT_TRUE(kept.reads_again);
  EXPECT_EQ(kept.mends, row.mends);
}

TEST_P(Repositories, Runs) {
  Store& store = reopened();
  store.put_run({1, "nightly", "succeeded", "{}", 1});
  store.put_run({2, "nightly", "failed", "{}", 2});
  EXPECT_EQ(store.runs(1).at(0).number, 2u);
  ASSERT_TRUE(store.run(1));
  EXPECT_EQ(store.run(1)->status, "succeeded");
  EXPECT_FALSE(store.run(3));
}

TEST_P(Repositories, NumbersOfNamesAreKept) {
  uint32_t sis = store_->source_number("sis");
  EXPECT_NE(store_->source_number("health"), sis);
  EXPECT_EQ(reopened().source_number("sis"), sis);
}

INSTANTIATE_TEST_SUITE_P(On, Repositories, both_stores(), name_of_store);

}  // namespace
}  // namespace homeroom::store
