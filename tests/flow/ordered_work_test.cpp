// Work on several threads is taken in the order in which it was given.
#include "hub/flow/ordered_work.hpp"

#include <numeric>
#include <stdexcept>

#include <gmock/gmock.h>

namespace homeroom::flow {
namespace {

constexpr int pieces = 500;

struct Squares {
  std::vector<int> taken;
  int breaks_at = pieces;

  class Piece : public OrderedWork::Piece {
   public:
    explicit Piece(Squares& of) : of_(of) {}
    int number = 0;
    void work(uint32_t) override {
      if (number >= of_.breaks_at) throw std::runtime_error(std::to_string(number));
      for (int i = 0; i < number % 7 * 1000; ++i) square_ = square_ + 1;  // some take longer
      square_ = number * number;
    }
    void take() override { of_.taken.push_back(int{square_}); }

   private:
    Squares& of_;
    volatile int square_ = 0;
  };

  void run(uint32_t threads) {
    OrderedWork work(threads, [this] { return std::make_unique<Piece>(*this); });
    for (int i = 0; i < pieces; ++i) {
      auto& piece = static_cast<Piece&>(work.free_piece());
      piece.number = i;
      work.give(piece);
    }
    work.finish();
  }
};

class OrderedWorkTest : public testing::TestWithParam<uint32_t> {};

TEST_P(OrderedWorkTest, IsTakenInTheOrderGiven) {
  Squares squares;
  squares.run(GetParam());
  std::vector<int> expected;
  for (int i = 0; i < pieces; ++i) expected.push_back(i * i);
  EXPECT_EQ(squares.taken, expected);
}

TEST_P(OrderedWorkTest, EndsWithWhatTheFirstPieceThrew) {
  Squares squares;
  squares.breaks_at = 100;
  try {
    squares.run(GetParam());
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& wrong) {
    EXPECT_STREQ(wrong.what(), "100");
  }
  EXPECT_EQ(squares.taken.size(), 100u);
}

INSTANTIATE_TEST_SUITE_P(Threads, OrderedWorkTest, testing::Values(1u, 2u, 5u));

}  // namespace
}  // namespace homeroom::flow
