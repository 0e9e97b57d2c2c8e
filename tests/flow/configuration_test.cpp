// The hash of a configuration changes exactly when a file of it says something else.
#include "hub/flow/configuration.hpp"

#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

#include "hub/settings/workspace.hpp"
#include "hub/world/world.hpp"

namespace homeroom::flow {
namespace {

namespace fs = std::filesystem;

/// A copy of an example workspace that can be edited.
class Configured : public testing::Test {
 protected:
  Configured()
      : folder_(fs::temp_directory_path() /
                ("homeroom-configuration-" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    fs::copy(root() / "configs/examples/lakeview", workspace(), fs::copy_options::recursive);
    fs::copy(root() / "configs/policy", workspace() / "policy",
             fs::copy_options::recursive | fs::copy_options::skip_existing);
    fs::copy(root() / "configs/model.yaml", folder_ / "model.yaml");
  }
  ~Configured() override { fs::remove_all(folder_); }

  static fs::path root() { return HOMEROOM_SOURCE_DIR; }
  fs::path workspace() const { return folder_ / "w"; }

  std::string hash(const std::map<std::string, std::string>& set = {}) const {
    return configuration_hash(
        Hub(settings::load_workspace(workspace(), set), {folder_, {}}, clock_, log_, cancel_));
  }
  /// Replaces the first `before`; in the workspace, or the model.
  void edit(const std::string& file, const std::string& before, const std::string& after) const {
    auto path = file == "model.yaml" ? folder_ / file : workspace() / file;
    auto text = world::read_whole(path, 10 << 20);
    auto at = text.find(before);
    ASSERT_NE(at, text.npos) << before;
    std::ofstream(path) << text.replace(at, before.size(), after);
  }
  void append(const std::string& file, const std::string& text) const {
    std::ofstream(file == "model.yaml" ? folder_ / file : workspace() / file, std::ios::app)
        << text;
  }

  fs::path folder_;
  world::SystemClock clock_;
  world::Log log_;
  world::Cancel cancel_;
};

TEST_F(Configured, IsTheSameWithOtherCommentsSpacesQuotesAndCases) {
  auto before = hash();
  append("homeroom.yaml", "\n# nothing\n");
  append("model.yaml", "\n# nothing\n");
  append("policy/federal.yaml", "\n# nothing\n");
  append("mappings/codes/oneroster-grade.csv", "# nothing\r\n\n");
  edit("mappings/sis.yaml", "mapping: 1", "mapping:   \"1\"");
  append("mappings/sis.yaml", "  - case: one more\n    given: {}\n    expect: {}\n");
  EXPECT_EQ(hash(), before);
  EXPECT_EQ(hash({{"data", "elsewhere"}, {"run_date", "2026-01-14"}}), before);
}

TEST_F(Configured, ChangesWithWhatAnyFileSays) {
  std::set<std::string> hashes{hash()};
  auto expect_new = [&](const char* what) { EXPECT_TRUE(hashes.insert(hash()).second) << what; };
  edit("homeroom.yaml", "homeroom: 1", "limits: {memory: 64 MiB}\nhomeroom: 1");
  expect_new("workspace");
  edit("mappings/sis.yaml", "nulls: [", "nulls: [\"-\", ");
  expect_new("mapping");
  append("mappings/codes/oneroster-grade.csv", "Kinder,KG\n");
  expect_new("codes");
  edit("model.yaml", "options:", "options:\n  of_this_test: [one]");
  expect_new("model");
  fs::remove(workspace() / "mappings/consents.yaml");
  expect_new("a file that is gone");
}

}  // namespace
}  // namespace homeroom::flow
