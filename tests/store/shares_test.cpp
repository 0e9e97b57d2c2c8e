// Shares lie 256 to a page; whatever the order in which they are put and receipts come, the store
// tells them as one map would, counts them as walking over it would, and a night that is taken back
// leaves none of its own.
#include <map>
#include <random>

#include <gmock/gmock.h>

#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"
#include "hub/world/files.hpp"
#include "tests/store/on_both.hpp"

namespace homeroom::store {
namespace {

using Model = std::map<std::pair<uint32_t, uint32_t>, ShareRow>;  // (destination, person)

class SharesInAnyOrder : public testing::TestWithParam<std::tuple<std::string, unsigned>> {
 protected:
  void SetUp() override {
    if (!both_.is_there()) GTEST_SKIP() << tests::Cluster::how_to_install;
  }

  ShareRow any_share() {
    ShareRow share;
    share.destination = destinations_[any_() % destinations_.size()];
    share.person = any_() % 30000;
    share.sequence = any_();
    share.state = any_() % 2 ? ShareState::owed : ShareState::removal_owed;
    if (share.state == ShareState::owed)
      for (auto& byte : share.digest) byte = static_cast<unsigned char>(any_());
    share.outcome = static_cast<uint8_t>(any_() % 3);
    share.fields_withheld = any_() % 3 ? any_() % 20 : any_();
    share.told_in = 1 + any_() % 400;
    return share;
  }

  void stage(Store& store, int times) {
    for (int i = 0; i < times; ++i) {
      auto share = any_share();
      store.put_share(share);
      model_[{share.destination, share.person}] = share;
    }
  }

  ShareTally tally_of(uint32_t destination) const {
    ShareTally tally;
    for (const auto& [name, share] : model_) {
      if (name.first != destination) continue;
      ++tally.of[static_cast<std::size_t>(share.state)][share.outcome];
      tally.fields_withheld += share.fields_withheld;
    }
    return tally;
  }

  void expect_model(Store& store) {
    Model found;
    for (auto destination : destinations_)
      store.each_share(destination, [&](const ShareRow& share) {
        found[{share.destination, share.person}] = share;
      });
    ASSERT_EQ(found.size(), model_.size());
    for (auto destination : destinations_)
      ASSERT_EQ(store.share_tally(destination), tally_of(destination));
    for (const auto& [name, share] : model_) {
      const auto& is = found[name];
      ASSERT_EQ(is.sequence, share.sequence);
      ASSERT_EQ(is.state, share.state);
      ASSERT_EQ(is.digest, share.digest);
      ASSERT_EQ(is.outcome, share.outcome);
      ASSERT_EQ(is.fields_withheld, share.fields_withheld);
      ASSERT_EQ(is.told_in, share.told_in);
      ASSERT_EQ(store.share(name.first, name.second)->sequence, share.sequence);
    }
  }

  Both both_{std::get<0>(GetParam())};
  std::mt19937 any_{std::get<1>(GetParam())};
  std::vector<uint32_t> destinations_;
  Model model_;
};

TEST_P(SharesInAnyOrder, AreToldAsOneMapWould) {
  auto store = both_.open();
  store->begin();
  for (const char* name : {"nurses", "record", "tool"})
    destinations_.push_back(store->destination_number(name));
  stage(*store, 4000);
  expect_model(*store);
  store->publish();

  store->begin_receipts();
  store->put_all_sent(destinations_[1]);
  for (auto& [name, share] : model_)
    if (name.first == destinations_[1] && share.state == ShareState::owed)
      share.state = ShareState::sent;
  for (auto& [name, share] : model_) {
    if (name.first != destinations_[2] || any_() % 2) continue;
    share.state = ShareState::refused;
    store->put_receipt(share);
  }
  store->commit_receipts();
  store.reset();
  expect_model(*both_.open(false));
  store = both_.open();
  expect_model(*store);
  EXPECT_FALSE(store->share(destinations_[0], 30001));

  auto published = model_;
  store->begin();
  stage(*store, 500);
  expect_model(*store);
  store->rollback();
  model_ = published;
  expect_model(*store);
  store->begin_receipts();
  store->put_all_sent(destinations_[0]);
  store->rollback();
  expect_model(*store);
}

TEST_P(SharesInAnyOrder, AreCountedInAStoreOfBeforeThatWasDone) {
  auto store = both_.open();
  store->begin();
  for (const char* name : {"nurses", "record"})
    destinations_.push_back(store->destination_number(name));
  stage(*store, 500);
  for (const auto& [name, share] : model_)
    store->put_profile({name.second, 1, 1, 1, std::nullopt, "rows"});
  auto& gone = model_.begin()->second;
  gone.outcome = ShareTally::withheld;
  auto former = gone;
  former.outcome = 0;
  store->put_share(former);
  store->erase_profile(gone.person);
  store->publish();
  store.reset();
  both_.change("DELETE FROM digest");
  EXPECT_EQ(both_.open(false)->share_tally(gone.destination).of, tally_of(gone.destination).of);
  store = both_.open();
  store->begin();
  stage(*store, 50);
  expect_model(*store);
  store->publish();
  expect_model(*both_.open(false));
}

TEST_P(SharesInAnyOrder, OfARequestThatFailedAreInNoMemory) {
  auto store = both_.open();
  store->begin();
  destinations_.push_back(store->destination_number("nurses"));
  stage(*store, 500);
  store->publish();
  auto& [name, share] = *model_.begin();
  auto wanted = share;
  wanted.sequence += 1;
  both_.change("ALTER TABLE audit RENAME TO elsewhere");
  EXPECT_ANY_THROW(store->put_request({{wanted}, {}, {}}, {0, "ann", "replay", "nurses", "why"}));
  both_.change("ALTER TABLE elsewhere RENAME TO audit");
  expect_model(*store);
  store->put_request({{wanted}, {}, {}}, {0, "ann", "replay", "nurses", "why"});
  share = wanted;
  expect_model(*store);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SharesInAnyOrder,
                         testing::Combine(both_stores(), testing::Range(1u, 5u)));

}  // namespace
}  // namespace homeroom::store
