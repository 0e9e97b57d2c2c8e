// docs/guide/identity.md, done as it is written.
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>

#include "tests/cli/program.hpp"
#include "tests/docs/commands.hpp"
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

/// The public sets are not in the repository: HOMEROOM_DATA names the folder that holds linkage/.
TEST(IdentityGuide, LinksThePublicSetsWithTheReadyFiles) {
  const char* data = std::getenv("HOMEROOM_DATA");
  auto sets = std::filesystem::path(data ? data : "") / "linkage";
  if (!data || !std::filesystem::exists(sets / "febrl1.csv"))
    GTEST_SKIP() << "HOMEROOM_DATA names no folder with linkage/febrl1.csv";
  Folder folder;
  for (const auto& line : sample_with("docs/guide/identity.md", "febrl4a.csv")) {
    auto words = words_of(line);
    for (auto& word : words) {
      if (word == "clusters.csv") word = (folder.path() / word).string();
      if (word.ends_with(".csv") && word.find('/') == word.npos) word = (sets / word).string();
      if (word.starts_with("configs/")) word = (root() / word).string();
    }
    auto said = homeroom(words);
    EXPECT_EQ(said.exit_code, 0) << line << said.err;
  }
}

}  // namespace
}  // namespace homeroom::docs
