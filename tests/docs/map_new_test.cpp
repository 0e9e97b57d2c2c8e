// The guide "map a new export", done as it is written.
#include <gmock/gmock.h>

#include "tests/cli/program.hpp"
#include "tests/docs/edits.hpp"

namespace homeroom::docs {
namespace {

namespace fs = std::filesystem;
using cli::Folder;
using cli::homeroom;
using cli::Said;
using testing::HasSubstr;

constexpr const char* page = "docs/guide/map-a-new-export.md";

/// The workspace of the page, with its export.
class NewExport : public testing::Test {
 protected:
  NewExport() {
    fs::create_directories(folder_.path() / "data");
    write(folder_.path() / "data/pupils.csv", sample_with(page, "Student_Number,SSID"));
    write(folder_.path() / "homeroom.yaml", sample_with(page, "plugin: csv_file"));
  }
  Said run(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--workspace", folder_.path(), "--set",
                                 "data=" + (folder_.path() / "data").string()});
    return homeroom(words);
  }
  Said propose(std::vector<std::string> more = {}) const {
    std::vector<std::string> words = {"map",  "new",     "sis",  "pupils",
                                      "--to", "student", "--to", "enrollment"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  fs::path mapping() const { return folder_.path() / "mappings/sis.yaml"; }
  void expect_sound() const {
    auto linted = run({"map", "lint"});
    EXPECT_THAT(linted.out, HasSubstr("0 errors, 0 remarks"));
    auto tested = run({"map", "test"});
    EXPECT_EQ(tested.exit_code, 0) << tested.out << tested.err;
    EXPECT_THAT(tested.out, HasSubstr("1 case, 0 failed"));
  }
  Folder folder_;
};

TEST_F(NewExport, IsProposedAsThePageShows) {
  std::string shown;
  for (const auto& line : sample_with(page, "# What sis says in pupils")) shown += line + '\n';
  auto said = propose();
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.out, shown);
}

TEST_F(NewExport, LintsCleanAndPassesItsCaseAtOnceAndAfterTheEdits) {
  ASSERT_EQ(propose({"--out", mapping()}).exit_code, 0);
  expect_sound();
  write(mapping(), edited(lines_of(mapping()), sample_with(page, "+    \"N\": X")));
  expect_sound();
}

TEST_F(NewExport, NeverReplacesAFile) {
  ASSERT_EQ(propose({"--out", mapping()}).exit_code, 0);
  write(mapping(), {"# mine"});
  auto said = propose({"--out", mapping()});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("is there already"));
  EXPECT_EQ(lines_of(mapping()), Lines{"# mine"});
}

TEST_F(NewExport, NamesTheWordThatWasMeant) {
  auto stream = run({"map", "new", "sis", "pupil", "--to", "student"});
  EXPECT_EQ(stream.exit_code, 2);
  EXPECT_THAT(stream.err, HasSubstr("no stream pupil, did you mean pupils?"));
  auto entity = run({"map", "new", "sis", "pupils", "--to", "studnet"});
  EXPECT_EQ(entity.exit_code, 2);
  EXPECT_THAT(entity.err, HasSubstr("no entity studnet, did you mean student?"));
}

TEST_F(NewExport, IsOneDocumentOfJsonWhenAsked) {
  auto said =
      run({"--output", "json", "map", "new", "sis", "pupils", "--to", "student", "--rows", "2"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.json()["mapping"].get<std::string>(), HasSubstr("from 2 first rows of pupils"));
}

}  // namespace
}  // namespace homeroom::docs
