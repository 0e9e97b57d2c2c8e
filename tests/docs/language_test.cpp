// The pages about expressions say what the program does.
#include <gmock/gmock.h>

#include "tests/cli/program.hpp"
#include "tests/docs/markdown.hpp"

namespace homeroom::docs {
namespace {

TEST(FunctionsPage, IsWhatTheProgramMakes) {
  auto said = cli::homeroom({"map", "functions", "--page"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.out, cli::whole(root() / "docs/guide/functions.md"))
      << "make it anew: build/bin/homeroom map functions --page > docs/guide/functions.md";
}

TEST(MappingLanguagePage, ItsMappingsPassTheirCasesAndLintFindsNoMistake) {
  cli::Folder folder;
  int files = 0;
  for (const auto& sample : samples_of("docs/guide/mapping-language.md")) {
    if (sample.lines.empty() || sample.lines[0] != "mapping: 1") continue;
    auto file = folder.path() / ("sample" + std::to_string(++files) + ".yaml");
    write(file, sample.lines);
    auto tested = cli::homeroom({"map", "test", file});
    EXPECT_EQ(tested.exit_code, 0) << tested.out << tested.err;
    auto linted = cli::homeroom({"map", "lint", file});
    EXPECT_EQ(linted.exit_code, 0) << linted.out << linted.err;
  }
  EXPECT_EQ(files, 2);
}

}  // namespace
}  // namespace homeroom::docs
