// What a mapping lists under `nulls` says nothing, wherever it stands in a column.
#include <random>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/map/bench.hpp"

namespace homeroom::map {
namespace {

constexpr uint32_t rows = 500;

/// A column of texts, some of which say nothing from the start.
struct Texts {
  std::vector<record::Text> values;
  std::vector<uint8_t> valid;

  record::Column column(bool all_valid) const {
    return {record::Type::text, 1, values.data(), all_valid ? nullptr : valid.data(), nullptr};
  }
};

Texts texts_of(const std::vector<std::string>& words, uint32_t seed) {
  std::mt19937 dice(seed);
  Texts made;
  for (uint32_t row = 0; row < rows; ++row) {
    made.valid.push_back(dice() % 3 != 0);
    made.values.push_back(record::text(words[dice() % words.size()]));
  }
  return made;
}

void expect_nulls(const std::string& listed, const std::vector<std::string>& nulls) {
  Bench bench("mapping: 1\nreads:\n  pupils: id\nnulls: " + listed +
              "\nstudent:\n  from: pupils\n  key: id\n  fields:\n    name.last: id\n");
  auto mapping = bench.compile();
  const std::vector<std::string> plain = {"a", "N/A ", "NULLS", "a text that is longer", "--"};
  auto all = plain;
  all.insert(all.end(), nulls.begin(), nulls.end());
  for (const auto& words : {plain, all, nulls})
    for (bool all_valid : {false, true}) {
      auto texts = texts_of(words, static_cast<uint32_t>(words.size()));
      record::Arena arena;
      std::vector<record::Column> columns = {texts.column(all_valid)};
      mapping->apply_nulls(0, columns, rows, arena);
      for (uint32_t row = 0; row < rows; ++row) {
        bool is_listed = std::ranges::find(nulls, texts.values[row].view()) != nulls.end();
        ASSERT_EQ(columns[0].is_valid(row), !is_listed && (all_valid || texts.valid[row]))
            << listed << ' ' << row;
      }
    }
}

TEST(Nulls, SayNothingWhereverTheyStand) {
  expect_nulls("['', 'NULL', 'N/A']", {"", "NULL", "N/A"});
  expect_nulls("[\"\"]", {""});
  expect_nulls("['NULL', \"a text of more than twelve\"]", {"NULL", "a text of more than twelve"});
}

}  // namespace
}  // namespace homeroom::map
