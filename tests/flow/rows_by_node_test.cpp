// Rows come stream by stream and leave in the order of nodes.
#include "hub/flow/rows_by_node.hpp"

#include <random>

#include <gmock/gmock.h>

#include "hub/flow/node_table.hpp"
#include "hub/flow/stored_row.hpp"

namespace homeroom::flow {
namespace {

using testing::ElementsAre;

class RowsByNodeTest : public testing::Test {
 protected:
  void add(uint32_t node, uint16_t stream = 0, uint64_t key = 0, uint32_t line = 1) {
    RowRef row;
    row.node = node;
    row.stream = stream;
    row.key = key;
    row.row = write_row(bytes_, {}, 0, {1, 1, line, 0}).bytes();
    rows_.push_back(row);
    added_.push_back(row);
  }
  static std::vector<uint32_t> nodes_of(const std::vector<RowRef>& rows) {
    std::vector<uint32_t> nodes;
    for (const auto& row : rows) nodes.push_back(row.node);
    return nodes;
  }

  RunMemory memory_{64 << 20};
  RowMemory bytes_{memory_};
  RowsByNode rows_{memory_};
  std::vector<RowRef> added_;
};

TEST_F(RowsByNodeTest, OfOneNodeTheyStandByStreamKeyAndLine) {
  add(5, 1, 7, 2);
  add(5, 0, 9, 1);
  add(5, 1, 7, 1);
  add(5, 1, 3, 4);
  std::vector<std::pair<uint64_t, uint32_t>> keys;
  for (const auto& row : rows_.sorted())
    keys.emplace_back(row.key, StoredRow(row.row).origin().line);
  EXPECT_THAT(keys, ElementsAre(std::pair(9u, 1u), std::pair(3u, 4u), std::pair(7u, 1u),
                                std::pair(7u, 2u)));
}

TEST_F(RowsByNodeTest, ThoseWithoutANodeComeLast) {
  add(NodeTable::none);
  add(70'000);
  add(3);
  EXPECT_THAT(nodes_of(rows_.sorted()), ElementsAre(3, 70'000, NodeTable::none));
}

TEST_F(RowsByNodeTest, ManyRowsOfManyNodesStandAsIfTheyWereSortedAtOnce) {
  std::mt19937 random(5);
  for (uint16_t stream = 0; stream < 3; ++stream)
    for (int i = 0; i < 60'000; ++i) {
      bool is_of_the_first = i % 8 != 0;  // so that there are full and nearly empty ranges
      add(random() % (is_of_the_first ? 40'000 : 400'000), stream, random() % 4,
          static_cast<uint32_t>(i + 1));
    }
  EXPECT_EQ(rows_.size(), 180'000u);
  std::ranges::sort(added_, RowOrder());
  auto sorted = rows_.sorted();
  ASSERT_EQ(sorted.size(), added_.size());
  auto is_same = [](const RowRef& a, const RowRef& b) { return a.row == b.row; };
  EXPECT_TRUE(std::ranges::equal(sorted, added_, is_same));
  EXPECT_EQ(rows_.size(), 0u);
}

TEST_F(RowsByNodeTest, NodesThatAreKnownAtTheEndAreGivenByTheirPlaces) {
  add(0);
  add(1);
  add(NodeTable::none);
  add(1);
  EXPECT_THAT(nodes_of(rows_.sorted_by(std::vector<uint32_t>{90, 20})),
              ElementsAre(20, 20, 90, NodeTable::none));
}

}  // namespace
}  // namespace homeroom::flow
