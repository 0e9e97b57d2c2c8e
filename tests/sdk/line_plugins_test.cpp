// The plugins an author begins with: the one of docs/plugin-author/first-plugin.md, and the
// template of `plugin new --kind file` with its place filled.
#include <algorithm>

#include "homeroom/plugin.h"
#include "tests/sdk/plugin_in_hub.hpp"

namespace homeroom::plugin {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

struct Kind {
  const char* name;
  const char* stream;
  char between;
  std::vector<std::string> columns;
};

const Kind kinds[] = {{"lockers", "lockers", '|', {"locker", "building", "student_id"}},
                      {"new_plugin", "attendance", ';', {"student_number", "day", "status"}}};

class LinePlugin : public PluginInHub, public testing::WithParamInterface<Kind> {
 protected:
  LinePlugin() : PluginInHub(GetParam().name) {
    catalogue = Catalogue({std::filesystem::path(LINE_PLUGINS)});
    settings = {{"path", (folder.path() / "lines.txt").string()}};
  }
  std::vector<std::string> rows_of(std::string text) {
    std::ranges::replace(text, '|', GetParam().between);
    file("lines.txt", text);
    return rows(GetParam().stream, GetParam().columns);
  }
};

TEST_P(LinePlugin, SetsAsideAnyNumberOfBadLines) {
  constexpr size_t bad = 200'000;
  std::string text;
  for (size_t i = 0; i < bad; ++i) text += "no record\n";
  EXPECT_THAT(rows_of(text + "17|Main|900001\n"), ElementsAre("17|Main|900001"));
  EXPECT_EQ(end.set_aside, bad);
  EXPECT_EQ(end.records, bad + 1);
}

TEST_P(LinePlugin, ReadsAnEmptyLastCell) {
  EXPECT_THAT(rows_of("17|Main|\n18|Main|900002\n"), ElementsAre("17|Main|-", "18|Main|900002"));
}

TEST_P(LinePlugin, SetsAsideACellThatIsTooLong) {
  auto text = "17|Main|" + std::string(HR_MAX_CELL + 1, 'x') + "\n18|Main|900002\n";
  EXPECT_THAT(rows_of(text), ElementsAre("18|Main|900002"));
  ASSERT_THAT(asides, SizeIs(1));
  EXPECT_EQ(asides[0].place, "lines.txt");
  EXPECT_EQ(asides[0].line, 1u);
}

TEST_P(LinePlugin, NeverCallsAFolderReadToItsEnd) {
  settings = {{"path", folder.path().string()}};
  EXPECT_NE(error([&] { rows(GetParam().stream, GetParam().columns); }), "");
  EXPECT_EQ(next, Next::retry);
}

TEST_P(LinePlugin, TellsTheFileOfItsRows) {
  auto line = std::string("17|Main|900001\n");
  std::ranges::replace(line, '|', GetParam().between);
  file("lines.txt", line);
  auto reader = source().read({GetParam().stream, "", Mode::full, GetParam().columns, 2, 1 << 24});
  auto arrival = reader->next();
  ASSERT_TRUE(arrival);
  EXPECT_EQ(arrival->place, "lines.txt");
}

INSTANTIATE_TEST_SUITE_P(Kinds, LinePlugin, testing::ValuesIn(kinds),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace homeroom::plugin
