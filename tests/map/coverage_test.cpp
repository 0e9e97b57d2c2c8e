// What the rows of a source use of a mapping.
#include <gmock/gmock.h>
#include <unistd.h>

#include "hub/map/map.hpp"
#include "tests/map/bench.hpp"

namespace homeroom::map {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* mapping = R"(mapping: 1
reads:
  people: id, kind, name
nulls: [""]
codes:
  kinds: {f: food, h: housing, j: income}
tables:
  named:
    - from: people
    - where: name is not null
service:
  from: named
  key: id
  student: id
  fields:
    category: case when name = 'Fern' then code(kind, 'kinds') when name = 'Nobody' then 'legal' else 'other' end else keep
    name: name
    provider: kind || name || id
)";

/// Rows of people: id, kind, name.
Coverage covered(const std::vector<std::array<std::string, 3>>& rows) {
  Bench bench(mapping);
  auto survey =
      Survey::of(bench.file(), shipped_model(), {}, parameters_on("2026-01-13"), bench.remarks);
  std::vector<std::vector<record::Text>> texts(3);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < 3; ++c) texts[c].push_back(record::text(row[c]));
  std::vector<record::Column> columns(3);
  for (std::size_t c = 0; c < 3; ++c) columns[c].values = texts[c].data();
  survey->take(0, columns, static_cast<uint32_t>(rows.size()));
  survey->map();
  return survey->coverage();
}

TEST(Coverage, CountsTheCodesThatComeToALookUp) {
  auto coverage = covered({{"1", "f", "Fern"},
                           {"2", "f", "Fern"},
                           {"3", "h", "Moss"},
                           {"4", "x", "Fern"},
                           {"5", "x", "Fern"},
                           {"6", "x", "Fern"},
                           {"7", "Nosuchname", "Fern"},
                           {"8", "j", ""}});
  ASSERT_EQ(coverage.codes.size(), 1u);
  const auto& use = coverage.codes[0];
  EXPECT_EQ(use.rows, (std::map<std::string, uint64_t>{
                          {"f", 2}, {"h", 0}, {"j", 0}}));  // Moss takes another branch
  ASSERT_EQ(use.unmapped.size(), 1u);  // a text that one row holds may be anybody's
  EXPECT_EQ(use.unmapped[0].code, "x");
  EXPECT_EQ(use.unmapped[0].rows, 3u);
  EXPECT_EQ(use.unmapped_rows, 4u);
  EXPECT_EQ(use.unmapped_at.line, 16u);
  auto remarks = lint_of(coverage);
  ASSERT_EQ(remarks.size(), 1u);
  EXPECT_THAT(remarks[0].says, HasSubstr("x (3)"));
}

TEST(Coverage, CountsWhichBranchRowsTake) {
  auto coverage =
      covered({{"1", "f", "Fern"}, {"2", "f", "Moss"}, {"3", "f", "Moss"}, {"4", "f", ""}});
  std::vector<std::string> told;
  for (const auto& use : coverage.conditions)
    told.push_back(std::to_string(use.place.line) + " " + use.text + " " +
                   std::to_string(use.is_true) + "/" + std::to_string(use.is_false) + "/" +
                   std::to_string(use.is_null));
  EXPECT_THAT(told, ElementsAre("10 name is not null 3/1/0", "16 when name = 'Fern' 1/2/0",
                                "16 when name = 'Nobody' 0/2/0", "16 else 2/1/0"));
}

TEST(Coverage, CountsFieldsThatAreFilled) {
  auto coverage = covered({{"1", "", "Fern"}, {"2", "", "Moss"}});
  std::map<std::string, std::pair<uint64_t, uint64_t>> filled;
  for (const auto& use : coverage.fields) filled[use.field] = {use.filled, use.rows};
  EXPECT_EQ(filled["service.name"], std::pair(uint64_t{2}, uint64_t{2}));
  EXPECT_EQ(filled["service.provider"], std::pair(uint64_t{0}, uint64_t{2}));
}

}  // namespace
}  // namespace homeroom::map
