// docs/guide/schedule.md, done as it is written.
#include <gmock/gmock.h>

#include "tests/cli/program.hpp"
#include "tests/docs/markdown.hpp"

namespace homeroom::docs {
namespace {

using cli::Folder;
using cli::homeroom;
using ::testing::HasSubstr;

const auto* page = "docs/guide/schedule.md";

/// The pretend district with the jobs and the calendar of the page.
void make_workspace(const std::filesystem::path& folder) {
  std::filesystem::copy(root() / "tests/flows/workspace", folder,
                        std::filesystem::copy_options::recursive);
  Lines settings;
  for (const auto& line : lines_of(folder / "homeroom.yaml")) {
    if (line == "jobs:") break;
    settings.push_back(line);
  }
  for (const auto& line : sample_with(page, "weekly_compare: {")) settings.push_back(line);
  write(folder / "homeroom.yaml", settings);
  write(folder / "calendar.csv", sample_with(page, "date,school,kind"));
}

TEST(ScheduleGuide, ShowsWhatIsDueNext) {
  Folder folder;
  auto workspace = folder.path() / "workspace";
  make_workspace(workspace);
  auto say = [&](std::vector<std::string> verb) {
    verb.insert(verb.begin(), {"--workspace", workspace.string(), "schedule"});
    return homeroom(verb);
  };
  auto shown = sample_with(page, "$ homeroom schedule list");
  auto list = say({"list"});
  ASSERT_EQ(list.exit_code, 0) << list.err;
  EXPECT_THAT(list.out, HasSubstr("Mon 2099-01-12 03:15 -05:00"));
  EXPECT_THAT(list.out, HasSubstr("03:15, school days"));
  auto next = say({"next", "nightly"});
  std::string expected;
  for (auto line = std::ranges::find(shown, "$ homeroom schedule next nightly") + 1;
       line < shown.end(); ++line)
    expected += *line + '\n';
  EXPECT_EQ(next.out, expected) << next.err;
  auto wrong = say({"next", "nightli"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean nightly?"));
}

TEST(ScheduleGuide, ChangesAScheduleAsItSays) {
  Folder folder;
  auto workspace = folder.path() / "workspace";
  make_workspace(workspace);
  auto say = [&](const std::vector<std::string>& verb) {
    std::vector<std::string> words{"--workspace", workspace.string(), "schedule"};
    words.insert(words.end(), verb.begin(), verb.end());
    return homeroom(words);
  };
  auto shown = sample_with(page, "$ homeroom schedule pause");
  ASSERT_EQ(shown.size(), 6u);
  EXPECT_EQ(say({"pause", "nightly", "--why", "the SIS moves to new servers"}).out,
            shown[1] + '\n');
  EXPECT_THAT(say({"list"}).out, HasSubstr("the SIS moves to new servers ("));
  EXPECT_EQ(say({"resume", "nightly"}).out, shown[3] + '\n');
  EXPECT_EQ(say({"trigger", "nightly"}).out, shown[5] + '\n');
  auto future = say({"backfill", "nightly", "--from", "2099-01-12", "--to", "2099-01-14"});
  EXPECT_EQ(future.exit_code, 2);
  EXPECT_THAT(future.err, HasSubstr("has not been yet"));
}

TEST(ScheduleGuide, ShowsAlertsThatAreRead) {
  Folder folder;
  auto workspace = folder.path() / "workspace";
  make_workspace(workspace);
  auto settings = lines_of(workspace / "homeroom.yaml");
  for (const auto& line : sample_with(page, "signing_key:")) settings.push_back(line);
  write(workspace / "homeroom.yaml", settings);
  auto list = homeroom({"--workspace", workspace.string(), "schedule", "list"});
  EXPECT_EQ(list.exit_code, 0) << list.err;
}

}  // namespace
}  // namespace homeroom::docs
