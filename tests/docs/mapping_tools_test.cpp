// The guide "look at a mapping", done as it is written, on the export of "map a new export".
#include <regex>

#include <gmock/gmock.h>

#include "tests/cli/program.hpp"
#include "tests/docs/edits.hpp"

namespace homeroom::docs {
namespace {

namespace fs = std::filesystem;
using cli::Folder;
using cli::homeroom;
using cli::Said;
using cli::whole;
using testing::HasSubstr;

constexpr const char* page = "docs/guide/look-at-a-mapping.md";
constexpr const char* before = "docs/guide/map-a-new-export.md";

/// The workspace of the page before, with its mapping as edited there.
class Mapped : public testing::Test {
 protected:
  Mapped() {
    fs::create_directories(at("data"));
    write(at("data/pupils.csv"), sample_with(before, "Student_Number,SSID"));
    write(at("homeroom.yaml"), sample_with(before, "plugin: csv_file"));
    auto said = run({"map", "new", "sis", "pupils", "--to", "student", "--to", "enrollment",
                     "--out", at("mappings/sis.yaml")});
    EXPECT_EQ(said.exit_code, 0) << said.err;
    write(at("mappings/sis.yaml"),
          edited(lines_of(at("mappings/sis.yaml")), sample_with(before, "+    \"N\": X")));
  }
  std::string at(const std::string& file) const { return (folder_.path() / file).string(); }
  Said run(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--workspace", folder_.path(), "--set", "data=" + at("data")});
    return homeroom(words);
  }
  void edit(const std::string& what, const std::string& by) const {
    auto text = whole(at("mappings/sis.yaml"));
    ASSERT_NE(text.find(what), text.npos) << what;
    std::ofstream(at("mappings/sis.yaml")) << text.replace(text.find(what), what.size(), by);
  }
  static void expect_says(const std::string& said, const std::string& sample) {
    for (const auto& line : sample_with(page, sample)) EXPECT_THAT(said, HasSubstr(line));
  }
  Folder folder_;
};

TEST_F(Mapped, ASlipIsNamedWithLineAndCaret) {
  edit("code(Gender, 'sex') else keep", "code(Gendre, 'sex')");
  auto said = run({"map", "lint"});
  EXPECT_EQ(said.exit_code, 2);
  expect_says(said.out, "did you mean Gender");
}

TEST_F(Mapped, AFailedCaseShowsWhatDiffers) {
  edit("sex: \"F\"", "sex: M");
  auto said = run({"map", "test"});
  EXPECT_EQ(said.exit_code, 1);
  expect_says(said.out, "> sex");
}

TEST_F(Mapped, ARowIsFollowedToItsFields) {
  for (const char* row : {"pupils:5", "student:9004"}) {
    auto said = run({"map", "run", "--mapping", at("mappings/sis.yaml"), "--input",
                     "pupils=" + at("data/pupils.csv"), "--explain", row});
    EXPECT_EQ(said.exit_code, 0) << said.err;
    expect_says(said.out, "99-99");
  }
}

TEST_F(Mapped, ACodeNobodyToldTheMappingIsFound) {
  std::ofstream(at("data/pupils.csv"), std::ios::app)
      << "9009,8000009,FERN,FICTION,10/2/2021,F,eng,PS,O8,43004,Pretend\n"
         "9010,8000010,MOSS,FICTION,10/2/2021,M,eng,PS,O8,43004,Pretend\n"
         "9011,8000011,REED,SAMPLE,1/12/2022,M,eng,PS,O8,43004,Pretend\n";
  auto said = run({"map", "coverage", "nightly"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  expect_says(said.out, "no row    codes grade");
  EXPECT_THAT(run({"map", "lint"}).out,
              HasSubstr("codes of the source that grade has no row for, with rows: PS (3)"));
}

TEST_F(Mapped, ANightNamesItsConfiguration) {
  auto night = run({"run", "nightly"});
  ASSERT_EQ(night.exit_code, 0) << night.out << night.err;
  auto said = run({"runs", "show", "1"});
  std::regex line("Configuration [0-9a-f]{12}, the same as now");
  EXPECT_TRUE(std::regex_search(said.out, line)) << said.out;
  EXPECT_TRUE(std::regex_match(sample_with(page, "Configuration").front(), line));
}

}  // namespace
}  // namespace homeroom::docs
