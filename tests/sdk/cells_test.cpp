#include <algorithm>
#include <random>
#include <string>

#include "csv_cells.hpp"
#include <gmock/gmock.h>

namespace homeroom::csv {
namespace {

// A chunk of three columns and where its cells end, as the marks say it.
struct Chunk {
  std::string bytes;
  std::vector<uint32_t> begins, ends, quoted;
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
        if (is_quoted) quoted.push_back(static_cast<uint32_t>(ends.size()));
        bytes += is_quoted ? '"' + cell + '"' : cell;
        if (&column == &rows[2] && dice() % 2) bytes += '\r';
        ends.push_back(static_cast<uint32_t>(bytes.size()));
        bytes += &column == &rows[2] ? '\n' : ',';
        column.push_back(cell);
      }
    }
    bytes.append(64, '\0');
    ends.resize(ends.size() + 4);
  }

  void expect(const Cells& cells, uint32_t first) const {
    for (uint32_t c = 0; c < 3; ++c) {
      TextView views[Cells::most_rows];
      uint64_t filled = cells.view(c, bytes.data(), 0, views);
      for (uint32_t i = 0; i < cells.rows(); ++i) {
        const auto& text = rows[c][first + i];
        auto cell = cells.at(bytes.data(), i, c);
        ASSERT_EQ(cell, text);
        ASSERT_EQ(filled >> i & 1, text.empty() ? 0u : 1u);
        auto alone = text_view(cell.data(), static_cast<uint32_t>(cell.size()), 0,
                               static_cast<uint32_t>(cell.data() - bytes.data()));
        ASSERT_EQ(views[i].head, alone.head);
        ASSERT_EQ(views[i].tail, alone.tail);
      }
    }
  }
};

TEST(Cells, HaveTheViewsThatEachWouldHaveAlone) {
  for (uint32_t longest : {0, 4, 12, 13, 40})
    for (uint32_t count : {1, 63, 64, 65, 200}) {
      Chunk chunk(count, longest, longest + count);
      for (uint32_t first = 0; first < count; first += Cells::most_rows) {
        Cells cells;
        uint32_t rows = std::min(count - first, Cells::most_rows);
        cells.cut(chunk.ends.data() + size_t{first} * 3, rows, 3, chunk.begins[first]);
        cells.cut_returns(chunk.bytes.data());
        Cells listed = cells;  // quotes are cut where a list says so, or where they are seen
        for (auto cell : chunk.quoted)
          if (cell >= first * 3 && cell < (first + rows) * 3) listed.unquote(cell - first * 3);
        cells.unquote(chunk.bytes.data(), '"');
        chunk.expect(cells, first);
        chunk.expect(listed, first);
      }
    }
}

TEST(Cells, BeginBehindRowsThatWereLeftOut) {
  Chunk chunk(30, 20, 3);
  std::vector<uint32_t> ends;
  for (uint32_t row = 0; row < 30; row += 2)
    ends.insert(ends.end(), chunk.ends.begin() + row * 3, chunk.ends.begin() + row * 3 + 3);
  ends.resize(ends.size() + 4);
  Cells cells;
  cells.cut(ends.data(), 15, 3, chunk.begins[0]);
  for (uint32_t row = 1; row < 15; ++row) cells.begin_row(row, chunk.begins[size_t{row} * 2]);
  cells.cut_returns(chunk.bytes.data());
  cells.unquote(chunk.bytes.data(), '"');
  for (uint32_t row = 0; row < 15; ++row)
    for (uint32_t c = 0; c < 3; ++c)
      ASSERT_EQ(cells.at(chunk.bytes.data(), row, c), chunk.rows[c][size_t{row} * 2]);
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
