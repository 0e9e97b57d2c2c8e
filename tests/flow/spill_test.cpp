// What is spilled comes back, in any order, and nobody finds it on the disk.
#include "hub/flow/spill.hpp"

#include <gmock/gmock.h>

#include "tests/world/scratch.hpp"

namespace homeroom::flow {
namespace {

class SpillTest : public testing::Test {
 protected:
  world::ScratchFolder folder_ = scratch();
  Spill spill() { return {*keys_, memory_, folder_.path(), 1}; }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      names.push_back(entry.path().filename());
    return names;
  }

  std::unique_ptr<keys::KeyRing> keys_ =
      keys::KeyRing::open(folder_.path() / "keys", std::string(32, 'a'));
  MemoryBudget memory_{1};  // too little for a block
};

std::string piece(std::size_t number) {
  return std::string(1000 + number % 7, static_cast<char>('a' + number % 26));
}

TEST_F(SpillTest, ManyBlocksComeBackInAnyOrder) {
  auto spill = this->spill();
  std::vector<Spill::Place> places;
  for (std::size_t i = 0; i < 1000; ++i) places.push_back(spill.put(piece(i)));
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto any = i * 617 % places.size();
    ASSERT_TRUE(spill.get(places[any]) == piece(any)) << any;
  }
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
  memory_ = MemoryBudget(300 << 10);  // two blocks of seven
  auto spill = this->spill();
  std::vector<Spill::Place> places;
  for (std::size_t i = 0; i < 900; ++i) places.push_back(spill.put(piece(i)));
  EXPECT_FALSE(memory_.take(100 << 10));
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto any = i * 617 % places.size();
    ASSERT_TRUE(spill.get(places[any]) == piece(any)) << any;
  }
}

}  // namespace
}  // namespace homeroom::flow
