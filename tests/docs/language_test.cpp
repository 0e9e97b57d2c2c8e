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

}  // namespace
}  // namespace homeroom::docs
