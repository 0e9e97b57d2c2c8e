// Twenty thousand expressions and two thousand mappings, generated, must mean in SQLite what they
// mean here.
#include <fstream>
#include <set>

#include <gmock/gmock.h>

#include "tests/differ/cases.hpp"
#include "tests/differ/sqlite_engine.hpp"

namespace homeroom::differ {
namespace {

using Maker = Case (*)(uint64_t, const Dialect&);

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += "  " + line + '\n';
  return out;
}

/// Cells of a line: quotes stand around a whole cell.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> out(1);
  bool is_quoted = false;
  for (char letter : line) {
    if (letter == '"')
      is_quoted = !is_quoted;
    else if (letter == ',' && !is_quoted)
      out.emplace_back();
    else
      out.back() += letter;
  }
  return out;
}

/// The lines of a table beside this file, without its head.
std::vector<std::vector<std::string>> table(const std::string& name) {
  std::ifstream in(std::string(HOMEROOM_SOURCE_DIR) + "/tests/differ/" + name);
  EXPECT_TRUE(in) << name;
  std::vector<std::vector<std::string>> out;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) out.push_back(cells_of(line));
  return out;
}

class Comparison {
 public:
  explicit Comparison(Maker make) : make_(make) {}

  /// Compares one case; false when there is a difference.
  bool holds(uint64_t seed) {
    auto one = make_(seed, dialect_);
    intended.insert(one.intended.begin(), one.intended.end());
    if (one.is_skipped) return ++skipped, true;
    if (!is_set_up_ || one.table != table_) engine_.run(one.setup);
    table_ = one.table;
    is_set_up_ = true;
    auto theirs = one.problem.empty() ? engine_.ask(one.query) : std::vector<std::string>{};
    has_rows += !one.expected.empty();
    if (one.problem.empty() && theirs == one.expected) return true;
    bool is_too_deep =
        theirs.size() == 1 && theirs[0] == "error: parser stack overflow";  // for SQLite's parser
    if (is_too_deep) return ++skipped, true;
    ADD_FAILURE() << "seed " << seed << ": " << one.problem << '\n'
                  << one.ours << "\nhere:\n"
                  << joined(one.expected) << "SQLite:\n"
                  << joined(theirs) << "rows:\n"
                  << one.rows << "query:\n"
                  << one.query;
    return false;
  }

  std::set<std::string> intended;
  uint64_t skipped = 0;
  uint64_t has_rows = 0;

 private:
  Maker make_;
  Dialect dialect_{Engine::sqlite};
  SqliteEngine engine_;
  uint64_t table_ = 0;
  bool is_set_up_ = false;
};

/// Stops after a few: each tells much, and one cause shows in many cases.
void compare(Comparison& comparison, uint64_t first, uint64_t count) {
  int differences = 0;
  for (uint64_t seed = first; seed < first + count && differences < 3; ++seed)
    differences += !comparison.holds(seed);
}

uint64_t from_environment(const char* name, uint64_t usual) {
  const char* text = std::getenv(name);
  return text ? std::stoull(text) : usual;
}

/// What the generator had to say apart for SQLite stands in the list, with its reason.
void expect_listed(const std::set<std::string>& intended) {
  std::set<std::string> listed;
  for (const auto& line : table("intended.csv")) {
    ASSERT_EQ(line.size(), 3u);
    EXPECT_FALSE(line[2].empty());
    listed.insert(line[0] + ' ' + line[1]);
  }
  for (const auto& kind : intended)
    EXPECT_TRUE(listed.contains(kind)) << kind << " is not in intended.csv";
}

TEST(Differ, ExpressionsMeanWhatTheyMeanInSqlite) {
  Comparison comparison(expression_case);
  auto cases = from_environment("HOMEROOM_DIFFER_CASES", 20'000);
  compare(comparison, from_environment("HOMEROOM_DIFFER_SEED", 0), cases);
  EXPECT_LT(comparison.skipped * 100, cases);
  expect_listed(comparison.intended);
}

TEST(Differ, MappingsMeanWhatTheyMeanInSqlite) {
  Comparison comparison(mapping_case);
  auto cases = from_environment("HOMEROOM_DIFFER_MAPPINGS", 2'500);
  compare(comparison, from_environment("HOMEROOM_DIFFER_SEED", 0), cases);
  EXPECT_LT(comparison.skipped * 5, cases);
  EXPECT_GT(comparison.has_rows * 4, cases);  // what gives no row tells little
  expect_listed(comparison.intended);
}

/// A change of the generator changes what a seed makes; what was found has a test of its own as
/// well.
TEST(Differ, SeedsThatOnceFailedHold) {
  Comparison expressions(expression_case), mappings(mapping_case);
  for (const auto& line : table("failing_seeds.csv")) {
    ASSERT_EQ(line.size(), 3u);
    auto& comparison = line[0] == "mapping" ? mappings : expressions;
    comparison.holds(std::stoull(line[1]));
  }
}

}  // namespace
}  // namespace homeroom::differ
