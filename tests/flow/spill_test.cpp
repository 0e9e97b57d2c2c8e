// What is spilled comes back, in any order, and nobody finds it on the disk.
#include "hub/flow/spill.hpp"

#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "hub/keys/keys.hpp"
#include "tests/world/scratch.hpp"

namespace homeroom::flow {
namespace {

class SpillTest : public testing::Test {
 protected:
  world::ScratchFolder folder_ = scratch();
  Spill spill() { return spill_within(memory_); }
  Spill spill_within(RunMemory& memory) { return {*keys_, memory, folder_.path(), 1}; }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      names.push_back(entry.path().filename());
    return names;
  }

  std::unique_ptr<keys::KeyRing> keys_ =
      keys::KeyRing::open(folder_.path() / "keys", std::string(32, 'a'));
  RunMemory memory_{1};  // too little for a block
};

std::string piece(std::size_t number) {
  return std::string(1000 + number % 7, static_cast<char>('a' + number % 26));
}

/// More than seven blocks.
std::vector<Spill::Place> fill(Spill& spill) {
  std::vector<Spill::Place> places;
  for (std::size_t i = 0; i < 2000; ++i) places.push_back(spill.put(piece(i)));
  return places;
}

void expect_all(Spill& spill, const std::vector<Spill::Place>& places) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto any = i * 617 % places.size();
    ASSERT_TRUE(spill.get(places[any]) == piece(any)) << any;
  }
}

TEST_F(SpillTest, ManyBlocksComeBackInAnyOrder) {
  auto spill = this->spill();
  expect_all(spill, fill(spill));
}

TEST_F(SpillTest, AnEmptyPieceIsNotThePlaceOfNothing) {
  auto spill = this->spill();
  EXPECT_FALSE(Spill::Place());
  EXPECT_TRUE(spill.put(""));
  EXPECT_EQ(spill.get(Spill::Place()), "");
}

TEST_F(SpillTest, ItsFileHasNoName) {
  auto spill = this->spill();
  for (std::size_t i = 0; i < 500; ++i) spill.put(piece(i));
  EXPECT_THAT(files(), testing::UnorderedElementsAre("keys", "keys.keydb"));
}

TEST_F(SpillTest, WhatTheBudgetAllowsStaysInMemoryAndTheRestComesBackAsWell) {
  RunMemory memory(3 * RunMemory::block_bytes);
  auto spill = spill_within(memory);
  auto places = fill(spill);
  EXPECT_FALSE(memory.keep());
  expect_all(spill, places);
}

TEST_F(SpillTest, WhatWaitsGivesWayToWhatIsNeededAndComesBackAsWell) {
  RunMemory memory(8 * RunMemory::block_bytes);
  auto spill = spill_within(memory);
  auto places = fill(spill);
  std::vector<RunMemory::Block> rows;
  for (int i = 0; i < 6; ++i) rows.push_back(memory.need());
  EXPECT_FALSE(memory.keep());
  expect_all(spill, places);
  rows.clear();
  EXPECT_TRUE(memory.keep());
}

TEST_F(SpillTest, WhatIsHeldComesBackIntoMemoryAndGivesWayToNobody) {
  RunMemory memory(4 * RunMemory::block_bytes);
  auto spill = spill_within(memory);
  auto places = fill(spill);
  spill.hold();
  std::vector<const char*> where;
  for (const auto& place : places) where.push_back(spill.get(place).data());
  std::vector<RunMemory::Block> rows;
  for (int i = 0; i < 6; ++i) rows.push_back(memory.need());
  for (std::size_t i = 0; i < places.size(); ++i)
    ASSERT_EQ(spill.get(places[i]).data(), where[i]) << i;
  expect_all(spill, places);
}

TEST_F(SpillTest, WhatIsLetGoGivesItsMemoryBack) {
  RunMemory memory(8 * RunMemory::block_bytes);
  auto read = spill_within(memory);
  auto places = fill(read);
  for (std::size_t i = 0; i < places.size(); ++i) {
    ASSERT_TRUE(read.get(places[i]) == piece(i)) << i;
    read.let_go_before(places[i]);
  }
  EXPECT_FALSE(read.has(places.front()));
  EXPECT_TRUE(read.has(places.back()));
  EXPECT_TRUE(memory.keep());
}

TEST_F(SpillTest, WhatCannotBeWrittenWhenSomebodyNeedsMemoryEndsTheRunAndIsKept) {
  RunMemory memory(8 * RunMemory::block_bytes);
  auto gone = folder_.path() / "gone";
  std::filesystem::create_directory(gone);
  Spill spill(*keys_, memory, gone, 1);
  auto places = fill(spill);
  std::filesystem::remove(gone);
  std::vector<RunMemory::Block> rows;
  try {
    for (int i = 0; i < 6; ++i) rows.push_back(memory.need());
    FAIL() << "the budget was not held";
  } catch (const Error& error) {
    EXPECT_EQ(error.next, Next::fail);
    EXPECT_THAT(error.what(), testing::HasSubstr("gone"));
  }
  std::filesystem::create_directory(gone);
  for (int i = 0; i < 6; ++i) rows.push_back(memory.need());
  expect_all(spill, places);
}

TEST_F(SpillTest, APieceLargerThanABlockComesBackWhole) {
  auto spill = this->spill();
  std::string large(3 * RunMemory::block_bytes + 7, 'x');
  auto small = spill.put("small");
  auto place = spill.put(large);
  auto last = spill.put("last");
  EXPECT_TRUE(spill.get(place) == large);
  EXPECT_EQ(spill.get(small), "small");
  EXPECT_EQ(spill.get(last), "last");
}

TEST(RunMemory, WhatIsNeededIsGivenBeyondTheBudgetAndUsedAgain) {
  RunMemory memory(RunMemory::block_bytes);
  auto first = memory.need();
  auto* at = first.data();
  auto second = memory.need(5 * RunMemory::block_bytes);
  EXPECT_GE(second.size(), 5 * RunMemory::block_bytes);
  EXPECT_FALSE(memory.keep());
  first = {};
  EXPECT_EQ(memory.need().data(), at);
}

}  // namespace
}  // namespace homeroom::flow
