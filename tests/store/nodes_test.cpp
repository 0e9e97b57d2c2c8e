// Nodes lie 256 to a page and their frames four, written when the page leaves memory or at
// publishing; whatever the order in which they come, the store tells them as one map would.
#include <map>
#include <random>

#include <gmock/gmock.h>

#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"
#include "hub/world/files.hpp"
#include "tests/store/on_both.hpp"

namespace homeroom::store {
namespace {

using ::testing::ElementsAreArray;

using Model = std::map<std::pair<uint32_t, uint32_t>, Node>;  // (source, id)

class NodesInAnyOrder : public testing::TestWithParam<std::tuple<std::string, unsigned>> {
 protected:
  void SetUp() override {
    if (!both_.is_there()) GTEST_SKIP() << tests::Cluster::how_to_install;
  }

  Node any_node(uint32_t id) {
    auto text = [&](int most) {
      return std::string(any_() % most, static_cast<char>('a' + id % 26));
    };
    return {id, any_(), text(40), text(400), text(10), any_() % 4 == 0 ? "" : text(900) + "x"};
  }

  /// Puts and erases nodes of three sources whose pages do not all fit into memory at once.
  void change(Store& store, int times) {
    for (int i = 0; i < times; ++i) {
      uint32_t source = 1 + any_() % 3, id = any_() % 40000;
      if (any_() % 5 == 0) {
        store.erase_node(source, id);
        model_.erase({source, id});
        continue;
      }
      auto node = any_node(id);
      store.put_node(source, node);
      model_[{source, id}] = node;
    }
  }

  void expect_model(Store& store) {
    for (uint32_t source = 1; source <= 3; ++source) {
      std::vector<uint32_t> expected, found;
      for (const auto& [name, node] : model_)
        if (name.first == source) expected.push_back(node.id);
      store.each_node(source, [&](const NodeIndex& index) { found.push_back(index.id); });
      ASSERT_THAT(found, ElementsAreArray(expected));
      ASSERT_EQ(store.end_of_nodes(source), expected.empty() ? 0 : expected.back() + 1);
      ASSERT_FALSE(store.node_index(source, 40000));
      ASSERT_FALSE(store.node_beside_frame(source, 40000));
    }
    for (const auto& [name, node] : model_) {
      auto found = store.node(name.first, node.id);
      ASSERT_EQ(found.token, node.token);
      ASSERT_EQ(found.digests, node.digests);
      ASSERT_EQ(found.neighbors, node.neighbors);
      ASSERT_EQ(found.uses, node.uses);
      ASSERT_EQ(found.frame, node.frame);
      auto index = store.node_index(name.first, node.id);
      ASSERT_TRUE(index);
      ASSERT_EQ(index->token, node.token);
      ASSERT_EQ(index->digests, node.digests);
      auto beside = store.node_beside_frame(name.first, node.id);
      ASSERT_TRUE(beside);
      ASSERT_EQ(beside->token, node.token);
      ASSERT_EQ(beside->digests, node.digests);
      ASSERT_EQ(beside->neighbors, node.neighbors);
      ASSERT_EQ(beside->uses, node.uses);
      ASSERT_EQ(beside->has_frame, !node.frame.empty());
      ASSERT_EQ(store.frame(name.first, node.id), node.frame);
    }
  }

  Both both_{std::get<0>(GetParam())};
  std::mt19937 any_{std::get<1>(GetParam())};
  Model model_;
};

TEST_P(NodesInAnyOrder, AreToldAsOneMapWould) {
  auto store = both_.open();
  store->begin();
  change(*store, 1500);
  expect_model(*store);
  store->publish();
  store.reset();
  store = both_.open();
  expect_model(*store);

  auto published = model_;
  store->begin();
  change(*store, 500);
  expect_model(*store);
  store->rollback();
  model_ = published;
  expect_model(*store);
}

INSTANTIATE_TEST_SUITE_P(Seeds, NodesInAnyOrder,
                         testing::Combine(both_stores(), testing::Range(1u, 5u)));

}  // namespace
}  // namespace homeroom::store
