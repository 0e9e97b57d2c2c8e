#include <random>
#include <string>

#include "csv_marks.hpp"
#include <gmock/gmock.h>

namespace homeroom::csv {
namespace {

using Mark = void (*)(const char*, uint32_t, char, char, Marks&);

/// All ways to mark that this processor has.
std::vector<Mark> ways() {
  std::vector<Mark> ways = {mark};
#if defined(__x86_64__)
  if (has_avx2()) ways.push_back(mark_avx2);
  if (has_avx512()) ways.push_back(mark_avx512);
#endif
  return ways;
}

void expect_same(const std::string& text, Mark way) {
  std::string padded = text + std::string(64, '\0');
  auto size = static_cast<uint32_t>(text.size());
  Marks fast, portable;
  way(padded.data(), size, ',', '"', fast);
  mark_portable(padded.data(), size, ',', '"', portable);
  EXPECT_THAT(fast.places(), testing::ElementsAreArray(portable.places()));
  EXPECT_THAT(fast.quoted_cells(), testing::ElementsAreArray(portable.quoted_cells()));
  EXPECT_EQ(fast.rows, portable.rows);
  EXPECT_EQ(fast.newlines, portable.newlines);
  EXPECT_EQ(fast.end, portable.end);
  EXPECT_EQ(fast.inside, portable.inside);
  EXPECT_EQ(fast.quotes, portable.quotes);
  EXPECT_EQ(fast.tidy, portable.tidy);
  EXPECT_EQ(fast.nul, portable.nul);
  EXPECT_EQ(fast.beyond_ascii, portable.beyond_ascii);
}

TEST(Marks, AreTheSameWithAndWithoutTheFastInstructions) {
  std::mt19937 dice(7);
  const std::vector<std::string> kinds = {"ab,,\n\"\xC3\xA9", "a,\n", ",\n",
                                          std::string("a,\n\0", 4), "abcdefgh,\"\r\n"};
  for (const auto& letters : kinds)
    for (size_t size : {0, 1, 63, 64, 65, 500, 5000}) {
      std::string text;
      for (size_t i = 0; i < size; ++i) text += letters[dice() % letters.size()];
      for (auto way : ways()) expect_same(text, way);
    }
}

std::vector<uint32_t> quoted_cells(const std::string& text) {
  std::string padded = text + std::string(64, '\0');
  Marks marks;
  mark_portable(padded.data(), static_cast<uint32_t>(text.size()), ',', '"', marks);
  return {marks.quoted_cells().begin(), marks.quoted_cells().end()};
}

TEST(Marks, SayWhichCellsBeginWithAQuote) {
  for (size_t before = 0; before < 130; ++before) {  // wherever in a step of 64
    const std::string cell = std::string(before, 'x') + ",";
    EXPECT_THAT(quoted_cells(cell + "a,b\n"), testing::IsEmpty());
    EXPECT_THAT(quoted_cells(cell + "\"a,\",b,\"\"\n\"c\"\n"), testing::ElementsAre(1, 3, 4));
    EXPECT_THAT(quoted_cells(cell + "\"a\"\"b\",a\"b\"\n"), testing::ElementsAre(1));
    EXPECT_THAT(quoted_cells("\"" + cell + "\"\n\"not whole\""), testing::ElementsAre(0));
  }
}

bool is_tidy(const std::string& text) {
  for (auto way : ways()) expect_same(text, way);
  std::string padded = text + std::string(64, '\0');
  Marks marks;
  mark(padded.data(), static_cast<uint32_t>(text.size()), ',', '"', marks);
  return marks.tidy;
}

// Where they are, no quoted cell has to be looked at a second time.
TEST(Marks, AreTidyWhenQuotesStandOnlyAroundWholeCells) {
  for (size_t before = 0; before < 130; ++before) {  // wherever in a step of 64
    const std::string text = std::string(before, 'x') + ",";
    for (auto tidy : {"a\n", "\"a\"\n", "\"a\",b\r\n", "b,\"a\"\r\n", "\"\",\"a,\n\r\"\n\"c\"\n"})
      EXPECT_TRUE(is_tidy(text + tidy)) << before << tidy;
    for (auto untidy : {"b\"a\"\n", "\"a\"b\n", "\"a\"\"b\"\n", "\"a\"\rb\n", "\"a\"\r,b\n",
                        "\"\"\"\"\n", "b\"\"\n"})
      EXPECT_FALSE(is_tidy(text + untidy)) << before << untidy;
  }
}

}  // namespace
}  // namespace homeroom::csv
