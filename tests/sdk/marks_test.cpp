#include <random>
#include <string>

#include "csv_marks.hpp"
#include <gmock/gmock.h>

namespace homeroom::csv {
namespace {

std::vector<uint32_t> places(const Marks& marks) {
  return {marks.at.begin(), marks.at.begin() + marks.count};
}

TEST(Marks, AreTheSameWithAndWithoutTheFastInstructions) {
  std::mt19937 dice(7);
  const std::string letters = "ab,,\n\"\xC3\xA9";
  for (size_t size : {0, 1, 63, 64, 65, 500, 5000}) {
    std::string text;
    for (size_t i = 0; i < size; ++i) text += letters[dice() % letters.size()];
    text.append(64, '\0');
    Marks fast, portable;
    mark(text.data(), static_cast<uint32_t>(size), ',', '"', fast);
    mark_portable(text.data(), static_cast<uint32_t>(size), ',', '"', portable);
    EXPECT_EQ(places(fast), places(portable));
    EXPECT_EQ(fast.rows, portable.rows);
    EXPECT_EQ(fast.newlines, portable.newlines);
    EXPECT_EQ(fast.end, portable.end);
    EXPECT_EQ(fast.inside, portable.inside);
    EXPECT_EQ(fast.quotes, portable.quotes);
    EXPECT_EQ(fast.nul, portable.nul);
    EXPECT_EQ(fast.beyond_ascii, portable.beyond_ascii);
  }
}

}  // namespace
}  // namespace homeroom::csv
