// How full columns are, night after night.
#include "hub/flow/filled.hpp"

#include <gtest/gtest.h>

namespace homeroom::flow {
namespace {

/// Ten rows a column; the first so many hold a value.
Filled read_once(const std::vector<std::pair<std::string, int>>& columns) {
  constexpr uint32_t rows = 10;
  std::vector<std::string> names;
  std::vector<std::vector<uint8_t>> valid;
  for (const auto& [name, filled] : columns) {
    names.push_back(name);
    valid.emplace_back(rows, 0);
    std::fill_n(valid.back().begin(), filled, 1);
  }
  std::vector<record::Column> cells(columns.size());
  for (std::size_t c = 0; c < cells.size(); ++c) {
    cells[c].values = valid[c].data();
    cells[c].valid = valid[c].data();
  }
  Filled filled(names);
  filled.add(cells, rows);
  return filled;
}

TEST(Filled, TellsTheColumnThatLostTheGreatestShare) {
  auto before = Filled::unpack(read_once({{"Born", 10}, {"Phone", 4}, {"Note", 1}}).packed());
  auto loss = read_once({{"Note", 1}, {"Phone", 1}, {"Born", 9}}).worst_since(before);
  EXPECT_EQ(loss.column, "Phone");
  EXPECT_EQ(loss.cells, 3U);
  EXPECT_EQ(loss.of, 4U);
}

TEST(Filled, ComparesNothingWithNoNightBeforeAndNoColumnThatIsNew) {
  EXPECT_EQ(read_once({{"Born", 0}}).worst_since(Filled::unpack("")).of, 0U);
  EXPECT_EQ(read_once({{"Born", 0}}).worst_since(read_once({{"Phone", 9}})).of, 0U);
}

TEST(Filled, OfAnotherVersionIsAsIfNothingWasKept) {
  EXPECT_EQ(read_once({{"Born", 0}}).worst_since(Filled::unpack("9\t10\n10\tBorn\n")).of, 0U);
}

}  // namespace
}  // namespace homeroom::flow
