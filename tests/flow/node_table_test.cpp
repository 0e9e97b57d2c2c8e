// Which node a token is, where the stored ones are looked up: many at once, each once, in order.
#include "hub/flow/node_table.hpp"

#include <map>

#include <gmock/gmock.h>

namespace homeroom::flow {
namespace {

using testing::ElementsAre;

/// A store with nodes below 100.
struct Stored {
  std::map<uint64_t, uint32_t> nodes{{7, 70}, {3, 30}, {5, 50}};  ///< by token
  std::vector<std::vector<uint64_t>> asked;

  NodeTable table() {
    NodeTable made;
    made.ask(
        [this](std::span<const uint64_t> tokens) {
          asked.emplace_back(tokens.begin(), tokens.end());
          std::vector<uint32_t> found;
          for (auto token : tokens)
            found.push_back(nodes.contains(token) ? nodes.at(token) : NodeTable::none);
          return found;
        },
        100);
    return made;
  }
};

TEST(NodeTable, AsksTheStoreOnceForManyInOrder) {
  Stored stored;
  auto table = stored.table();
  std::vector<uint32_t> ids;
  table.find_or_add(std::vector<uint64_t>{7, 9, 3, 7, 8, 9}, ids);
  EXPECT_THAT(ids, ElementsAre(70, 100, 30, 70, 101, 100));
  table.find_or_add(std::vector<uint64_t>{3, 5, 8}, ids);
  EXPECT_THAT(ids, ElementsAre(30, 50, 101));
  EXPECT_THAT(stored.asked, ElementsAre(ElementsAre(3, 7, 8, 9), ElementsAre(5)));
}

TEST(NodeTable, FindsWhatIsStoredAndWhatIsNewWithoutAddingAny) {
  Stored stored;
  auto table = stored.table();
  std::vector<uint32_t> ids;
  table.find_or_add(std::vector<uint64_t>{9}, ids);
  EXPECT_EQ(table.find(9), 100u);
  EXPECT_EQ(table.find(5), 50u);
  EXPECT_EQ(table.find(4), NodeTable::none);
  EXPECT_EQ(table.size(), 101u);
}

TEST(NodeTable, KnowsTheTokensOfThoseThatWereMet) {
  Stored stored;
  auto table = stored.table();
  std::vector<uint32_t> ids;
  table.find_or_add(std::vector<uint64_t>{9, 7}, ids);
  table.know(50, 5);
  EXPECT_EQ(table.token(100), 9u);
  EXPECT_EQ(table.token(70), 7u);
  EXPECT_EQ(table.token(50), 5u);
  EXPECT_EQ(table.token(30), 0u);
  EXPECT_EQ(table.find(5), 50u);
  EXPECT_THAT(stored.asked, ElementsAre(ElementsAre(7, 9)));
}

TEST(NodeTable, KnowsManyThatWereLookedUp) {
  Stored stored;
  stored.nodes.clear();
  std::vector<uint64_t> tokens;
  for (uint64_t i = 0; i < 5000; ++i) {
    tokens.push_back(i * 977 + 1);
    if (i < 100) stored.nodes[tokens.back()] = static_cast<uint32_t>(i);
  }
  auto table = stored.table();
  std::vector<uint32_t> ids, again;
  table.find_or_add(tokens, ids);
  table.find_or_add(tokens, again);
  EXPECT_EQ(ids, again);
  EXPECT_EQ(table.size(), 5000u);
}

}  // namespace
}  // namespace homeroom::flow
