// The lines of the guide to expressions: "expression  -->  result as JSON".
#include <fstream>

#include <gtest/gtest.h>

#include "tests/express/table.hpp"

namespace homeroom::express {

namespace {

std::string without_spaces_at_the_end(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace

TEST(Guide, EveryLineOfTheMappingLanguageIsTrue) {
  std::ifstream page(HOMEROOM_SOURCE_DIR "/docs/guide/mapping-language.md");
  bool is_inside = false;
  int lines = 0;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) {
      is_inside = line == "```expression";
      continue;
    }
    if (!is_inside) continue;
    auto arrow = line.find("-->");
    ASSERT_NE(arrow, line.npos) << line;
    auto expected = line.substr(line.find_first_not_of(' ', arrow + 3));
    auto outcome = evaluate(without_spaces_at_the_end(line.substr(0, arrow)));
    ASSERT_EQ(outcome.problem, "") << line;
    EXPECT_EQ(outcome.values[0], expected) << line;
    ++lines;
  }
  EXPECT_GT(lines, 15);
}

}  // namespace homeroom::express
