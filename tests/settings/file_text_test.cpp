// The whole text of a file, or an error that names it.
#include "hub/settings/file_text.hpp"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "hub/settings/node.hpp"

namespace homeroom::settings {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class FileText : public ::testing::Test {
 protected:
  FileText() {
    std::string name = (fs::temp_directory_path() / "homeroom-text-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~FileText() override { fs::remove_all(folder_); }
  std::string refusal(const fs::path& file) const {
    try {
      file_text(file);
      return "none";
    } catch (const Error& error) {
      return error.what();
    }
  }
  fs::path folder_;
};

TEST_F(FileText, IsWhole) {
  std::string text(100'000, 'x');
  std::ofstream(folder_ / "long") << text;
  EXPECT_EQ(file_text(folder_ / "long"), text);
}

TEST_F(FileText, OfAFileThatIsNotThereIsRefusedByName) {
  EXPECT_THAT(refusal(folder_ / "none"), HasSubstr("none: cannot be opened"));
}

TEST_F(FileText, ThatCannotBeReadIsNotTakenForAnEmptyOne) {
  EXPECT_THAT(refusal(folder_), HasSubstr(folder_.string() + ": cannot be read to its end"));
}

TEST_F(FileText, HasItsLimit) {
  std::ofstream(folder_ / "large") << std::string((10 << 20) + 1, 'x');
  EXPECT_THAT(refusal(folder_ / "large"), HasSubstr("large: larger than 10 MB"));
}

TEST_F(FileText, IsReadAnewByTheProgramWhenItSaysSomethingElse) {
  auto file = folder_ / "a.yaml";
  auto said = [&](const char* text) {
    std::ofstream(file) << text;
    fs::last_write_time(file, fs::file_time_type{});
    return load(file).find("grade").text();
  };
  EXPECT_EQ(said("grade: 3\n"), "3");
  EXPECT_EQ(said("grade: 4\n"), "4") << "same size, same time";
  EXPECT_ANY_THROW(said("grade: [\n"));
  EXPECT_EQ(said("grade: 4\n"), "4");
}

}  // namespace
}  // namespace homeroom::settings
