#include <random>
#include <string>

#include "csv_cells.hpp"
#include <gmock/gmock.h>

namespace homeroom::csv {
namespace {

// A chunk of three columns and where its cells end, as the marks say it.
struct Chunk {
  std::string bytes;
  std::vector<uint32_t> begins, ends;
  std::vector<std::string> rows[3];  // its cells by column

  Chunk(uint32_t count, uint32_t longest, uint32_t seed) {
    std::mt19937 dice(seed);
    for (uint32_t row = 0; row < count; ++row) {
      begins.push_back(static_cast<uint32_t>(bytes.size()));
      for (auto& column : rows) {
        std::string cell;
        for (auto size = dice() % (longest + 1); size > 0; --size)
          cell += static_cast<char>('a' + dice() % 26);
        bool is_quoted = dice() % 3 == 0;
        bytes += is_quoted ? '"' + cell + '"' : cell;
        if (&column == &rows[2] && dice() % 2) bytes += '\r';
        ends.push_back(static_cast<uint32_t>(bytes.size()));
        bytes += &column == &rows[2] ? '\n' : ',';
        column.push_back(cell);
      }
    }
    bytes.append(64, '\0');
  }
  ColumnCells column(uint32_t at) const {
    bool is_first = at == 0;
    return {bytes.data(),
            is_first ? begins.data() : ends.data() + at - 1,
            is_first ? 1u : 3u,
            is_first ? 0u : 1u,
            ends.data() + at,
            3,
            at == 2,
            true,
            '"'};
  }
};

TEST(Cells, HaveTheViewsThatEachWouldHaveAlone) {
  for (uint32_t longest : {0, 4, 12, 13, 40})
    for (uint32_t count : {1, 63, 64, 65, 200}) {
      Chunk chunk(count, longest, longest + count);
      for (uint32_t c = 0; c < 3; ++c) {
        auto column = chunk.column(c);
        Cells cells;
        for (uint32_t first = 0; first < count; first += Cells::most) {
          column.next(std::min(count - first, Cells::most), cells);
          TextView views[Cells::most];
          cells.view(chunk.bytes.data(), 0, views);
          for (uint32_t i = 0; i < cells.count; ++i) {
            const auto& text = chunk.rows[c][first + i];
            ASSERT_EQ(cells.at(chunk.bytes.data(), i), text);
            ASSERT_EQ(cells.filled() >> i & 1, text.empty() ? 0u : 1u);
            auto alone =
                text_view(cells.at(chunk.bytes.data(), i).data(), cells.size[i], 0, cells.from[i]);
            ASSERT_EQ(views[i].head, alone.head);
            ASSERT_EQ(views[i].tail, alone.tail);
          }
        }
      }
    }
}

TEST(TextView, HoldsAShortTextAndPointsToALongOne) {
  const std::string letters = "abcdefghijklmnopqrstuvwxyz";
  for (uint32_t size = 0; size <= 12; ++size) {
    auto view = text_view(letters.data(), size, 1, 77);
    std::string bytes(reinterpret_cast<const char*>(&view), sizeof view);
    std::string expected = letters.substr(0, size) + std::string(12 - size, '\0');
    EXPECT_EQ(bytes.substr(4), expected);
    EXPECT_EQ(static_cast<uint32_t>(view.head), size);
  }
  auto view = text_view(letters.data(), 13, 1, 77);
  EXPECT_EQ(view.head, 13 | uint64_t{0x64636261} << 32);  // "abcd"
  EXPECT_EQ(view.tail, 1 | uint64_t{77} << 32);
}

}  // namespace
}  // namespace homeroom::csv
