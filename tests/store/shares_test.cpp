// Shares lie 256 to a page; whatever the order in which they are put and receipts come, the store
// tells them as one map would, and a night that is taken back leaves none of its own.
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

  void expect_model(Store& store) {
    Model found;
    for (auto destination : destinations_)
      store.each_share(destination, [&](const ShareRow& share) {
        found[{share.destination, share.person}] = share;
      });
    ASSERT_EQ(found.size(), model_.size());
    for (const auto& [name, share] : model_) {
      const auto& is = found[name];
      ASSERT_EQ(is.sequence, share.sequence);
      ASSERT_EQ(is.state, share.state);
      ASSERT_EQ(is.digest, share.digest);
      ASSERT_EQ(is.outcome, share.outcome);
      ASSERT_EQ(is.fields_withheld, share.fields_withheld);
      ASSERT_EQ(is.told_in, share.told_in);
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
  store = both_.open();
  expect_model(*store);

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

INSTANTIATE_TEST_SUITE_P(Seeds, SharesInAnyOrder,
                         testing::Combine(both_stores(), testing::Range(1u, 5u)));

}  // namespace
}  // namespace homeroom::store
