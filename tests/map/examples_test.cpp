// Mapping files that say with their own cases what a step or a form means (steps/), and files with
// one mistake each, whose first line says what must be said of it (refused/).
#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "homeroom/error.hpp"
#include "tests/map/bench.hpp"

namespace homeroom::map {
namespace {

std::vector<std::filesystem::path> files_in(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(HOMEROOM_SOURCE_DIR "/tests/map/" + folder))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::string name_of(const testing::TestParamInfo<std::filesystem::path>& of) {
  auto name = of.param.stem().string();
  std::ranges::replace(name, '-', '_');
  return name;
}

class Example : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Example, holds) {
  for (const auto& remark : lint(GetParam(), shipped_model()))
    EXPECT_FALSE(remark.is_error) << remark.place.line << ":" << remark.place.column << ": "
                                  << remark.says;
  auto results = run_cases(GetParam(), shipped_model());
  EXPECT_FALSE(results.empty());
  for (const auto& result : results)
    for (const auto& difference : result.differences)
      ADD_FAILURE() << result.name << "\n" << difference;
}

INSTANTIATE_TEST_SUITE_P(Steps, Example, testing::ValuesIn(files_in("steps")), name_of);

/// "# 12:5: words" in the first line: the place and words of the mistake. Paths are given from
/// tests/map.
class Refused : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Refused, says_where_and_why) {
  std::ifstream in(GetParam());
  std::string expected;
  std::getline(in, expected);
  ASSERT_TRUE(expected.starts_with("# "));
  expected.erase(0, 2);
  std::string all;
  for (const auto& remark : lint(GetParam(), shipped_model()))
    if (remark.is_error)
      all += remark.place.file + " " + std::to_string(remark.place.line) + ":" +
             std::to_string(remark.place.column) + ": " + remark.says + "\n";
  std::string folder = HOMEROOM_SOURCE_DIR "/tests/map/";
  for (auto at = all.find(folder); at != std::string::npos; at = all.find(folder))
    all.erase(at, folder.size());
  EXPECT_NE(all.find(expected), std::string::npos)
      << "expected: " << expected << "\nfound: " << all;
}

INSTANTIATE_TEST_SUITE_P(Files, Refused, testing::ValuesIn(files_in("refused")), name_of);

}  // namespace
}  // namespace homeroom::map
