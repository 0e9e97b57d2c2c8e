// Nodes lie 256 to a page and their frames four, written when the page leaves memory or at
// publishing; whatever the order in which they come, the store tells them as one map would.
#include <map>
#include <random>

#include <gmock/gmock.h>

#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"
#include "hub/world/files.hpp"

namespace homeroom::store {
namespace {

using ::testing::ElementsAreArray;

using Model = std::map<std::pair<uint32_t, uint32_t>, Node>;  // (source, id)

class NodesInAnyOrder : public testing::TestWithParam<unsigned> {
 protected:
  std::unique_ptr<Store> open() {
    return Store::open("sqlite:" + (scratch_.path() / "district.db").string(), "t1", *keys_, true);
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
    }
    for (const auto& [name, node] : model_) {
      auto found = store.node(name.first, node.id);
      ASSERT_EQ(found.token, node.token);
      ASSERT_EQ(found.digests, node.digests);
      ASSERT_EQ(found.neighbors, node.neighbors);
      ASSERT_EQ(found.uses, node.uses);
      ASSERT_EQ(found.frame, node.frame);
    }
  }

  world::ScratchFolder scratch_{std::filesystem::temp_directory_path()};
  std::unique_ptr<keys::KeyRing> keys_ = keys::KeyRing::open(scratch_.path() / "keys", "t1");
  std::mt19937 any_{GetParam()};
  Model model_;
};

TEST_P(NodesInAnyOrder, AreToldAsOneMapWould) {
  auto store = open();
  store->begin();
  change(*store, 1500);
  expect_model(*store);
  store->publish();
  store.reset();
  store = open();
  expect_model(*store);

  auto published = model_;
  store->begin();
  change(*store, 500);
  expect_model(*store);
  store->rollback();
  model_ = published;
  expect_model(*store);
}

INSTANTIATE_TEST_SUITE_P(Seeds, NodesInAnyOrder, testing::Range(1u, 5u));

}  // namespace
}  // namespace homeroom::store
