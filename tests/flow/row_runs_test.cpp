// Of rows as they are read, those that are published as they are leave memory at once.
#include "hub/flow/row_runs.hpp"

#include <gmock/gmock.h>

#include "hub/record/arena.hpp"

namespace homeroom::flow {
namespace {

constexpr uint64_t seed = 7;
constexpr uint16_t stream = 3;

class RowRunsTest : public testing::Test {
 protected:
  RowRef write(uint32_t node, const std::string& cell, RowMemory& memory) const {
    record::Arena arena;
    auto text = arena.keep(cell);
    uint8_t valid = 1;
    std::vector<record::Column> columns(1);
    columns[0].values = &text;
    columns[0].valid = &valid;
    RowRef row;
    row.node = node;
    row.stream = stream;
    row.row = write_row(memory, columns, 0, {}).bytes();
    return row;
  }
  /// Publishes these cells on the next node.
  void publish(const std::vector<std::string>& cells) {
    RowMemory memory(memory_);
    std::vector<RowRef> rows;
    for (const auto& cell : cells) rows.push_back(write(nodes_, cell, memory));
    std::string sums;
    pack_sums(rows, seed, sums);
    published_.add(nodes_++, sums);
  }
  void read(uint32_t node, const std::string& cell, bool is_gone = false) {
    runs_.next(node);
    auto row = write(node, cell, runs_.memory());
    row.is_gone = is_gone;
    runs_.add(row);
  }
  std::vector<uint32_t> nodes_of_kept() {
    std::vector<uint32_t> nodes;
    runs_.rows().each([&](const RowRef& row) { nodes.push_back(row.node); });
    return nodes;
  }
  std::vector<uint32_t> seen() const {
    std::vector<uint32_t> nodes;
    seen_.each([&](uint32_t node) { nodes.push_back(node); });
    return nodes;
  }

  RunMemory memory_{64 << 20};
  uint32_t nodes_ = 0;
  PublishedSums published_;
  RowRuns runs_{memory_};
  SeenAgain seen_;
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(RowRunsTest, KeepsWhatIsOtherwiseThanPublished) {
  publish({"a", "b"});
  publish({"c"});
  publish({"d"});
  runs_.compare_with(published_, seed);
  runs_.begin(&seen_);
  read(0, "b");
  read(0, "a");
  read(1, "other");
  read(2, "d");
  read(3, "new");
  runs_.end();
  EXPECT_THAT(seen(), ElementsAre(0, 2));
  EXPECT_EQ(seen_.rows(), 3u);
  EXPECT_THAT(nodes_of_kept(), ElementsAre(1, 3));
}

TEST_F(RowRunsTest, UsesMemoryAgain) {
  publish({"a"});
  publish({std::string(RunMemory::block_bytes, 'b')});
  publish({"c"});
  runs_.compare_with(published_, seed);
  runs_.begin(&seen_);
  auto before = runs_.memory().mark();
  read(0, "a");
  read(1, std::string(RunMemory::block_bytes, 'b'));
  read(2, "c");
  runs_.end();
  EXPECT_THAT(seen(), ElementsAre(0, 1, 2));
  auto after = runs_.memory().mark();
  EXPECT_EQ(after.blocks, before.blocks);
  EXPECT_EQ(after.at, before.at);
}

TEST_F(RowRunsTest, KeepsWhatComesInASecondRun) {
  publish({"a"});
  publish({"b"});
  runs_.compare_with(published_, seed);
  runs_.begin(&seen_);
  read(0, "a");
  read(1, "b");
  read(0, "a");
  runs_.end();
  EXPECT_THAT(seen(), ElementsAre(0, 1));
  EXPECT_THAT(nodes_of_kept(), ElementsAre(0)) << "the same key twice";
}

TEST_F(RowRunsTest, DoesNotTakeTheSecondRunForAll) {
  publish({"a"});
  publish({"b"});
  runs_.compare_with(published_, seed);
  runs_.begin(&seen_);
  read(0, "of before");
  read(1, "b");
  read(0, "a");
  runs_.end();
  EXPECT_THAT(seen(), ElementsAre(1));
  EXPECT_THAT(nodes_of_kept(), ElementsAre(0, 0));
}

TEST_F(RowRunsTest, KeepsWhatSaysThatARecordIsGone) {
  publish({"a"});
  runs_.compare_with(published_, seed);
  runs_.begin(&seen_);
  read(0, "a", true);
  runs_.end();
  EXPECT_THAT(seen(), IsEmpty());
  EXPECT_THAT(nodes_of_kept(), ElementsAre(0));
}

TEST_F(RowRunsTest, KeepsAllWhereNothingIsCompared) {
  publish({"a"});
  runs_.begin(&seen_);
  read(0, "a");
  runs_.end();
  EXPECT_THAT(seen(), IsEmpty());
  EXPECT_THAT(nodes_of_kept(), ElementsAre(0));
}

}  // namespace
}  // namespace homeroom::flow
