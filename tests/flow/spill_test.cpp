// What is spilled comes back, in any order, and nobody finds it on the disk.
#include "hub/flow/spill.hpp"

#include <gmock/gmock.h>

#include "tests/world/scratch.hpp"

namespace homeroom::flow {
namespace {

class SpillTest : public testing::Test {
 protected:
  world::ScratchFolder folder_ = scratch();
  std::unique_ptr<keys::KeyRing> keys_ =
      keys::KeyRing::open(folder_.path() / "keys", std::string(32, 'a'));
};

std::string piece(std::size_t number) {
  return std::string(1000 + number % 7, static_cast<char>('a' + number % 26));
}

TEST_F(SpillTest, ManyBlocksComeBackInAnyOrder) {
  Spill spill(*keys_, folder_.path(), 1);
  std::vector<Spill::Place> places;
  for (std::size_t i = 0; i < 1000; ++i) places.push_back(spill.put(piece(i)));
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto any = i * 617 % places.size();
    ASSERT_TRUE(spill.get(places[any]) == piece(any)) << any;
  }
}

TEST_F(SpillTest, AnEmptyPieceIsNotThePlaceOfNothing) {
  Spill spill(*keys_, folder_.path(), 1);
  EXPECT_FALSE(Spill::Place());
  EXPECT_TRUE(spill.put(""));
  EXPECT_EQ(spill.get(Spill::Place()), "");
}

TEST_F(SpillTest, ItsFileHasNoName) {
  Spill spill(*keys_, folder_.path(), 1);
  for (std::size_t i = 0; i < 500; ++i) spill.put(piece(i));
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
    names.push_back(entry.path().filename());
  EXPECT_THAT(names, testing::UnorderedElementsAre("keys", "keys.keydb"));
}

}  // namespace
}  // namespace homeroom::flow
