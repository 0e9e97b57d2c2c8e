// docs/guide/identity.md, done as it is written.
#include <gmock/gmock.h>

#include "tests/cli/program.hpp"
#include "tests/docs/markdown.hpp"

namespace homeroom::docs {
namespace {

using cli::Folder;
using cli::homeroom;
using ::testing::HasSubstr;

TEST(IdentityGuide, ShowsTheWeightsOfItsEightRecords) {
  const auto* page = "docs/guide/identity.md";
  Folder folder;
  auto children = folder.path() / "children.csv";
  write(children, sample_with(page, "Wilhelmina"));
  auto link = [&](const std::string& pair) {
    return homeroom({"link", "--identity", (root() / "configs/identity/students.yaml").string(),
                     "--input", children.string(), "--out",
                     (folder.path() / "clusters.csv").string(), "--explain", pair});
  };
  auto one = link("101,501");
  ASSERT_EQ(one.exit_code, 0) << one.err;
  for (const auto& line : sample_with(page, "8 pairs compared"))
    EXPECT_THAT(one.out, HasSubstr(line));
  for (const auto& line : sample_with(page, "day and month swapped"))
    EXPECT_THAT(one.out, HasSubstr(line));
  auto twins = link("101,102");
  for (const auto& line : sample_with(page, "the same home"))
    EXPECT_THAT(twins.out, HasSubstr(line));
}

}  // namespace
}  // namespace homeroom::docs
