// What a plugin may leave in its scratch folder.
#include "hub/plugin/services.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hub/world/files.hpp"

namespace homeroom::plugin {
namespace {

namespace fs = std::filesystem;

struct Scratch : testing::Test {
  world::ScratchFolder folder{fs::temp_directory_path()};

  void leave(const fs::path& name, const std::string& bytes) const {
    fs::create_directories((folder.path() / name).parent_path());
    std::ofstream(folder.path() / name) << bytes;
  }
  bool is_exceeded(uint64_t bytes = 100) const {
    return LentScratch(folder.path(), bytes).is_exceeded();
  }
};

TEST_F(Scratch, CountsTheBytesOfAllItsFolders) {
  leave("a", std::string(60, 'x'));
  leave("below/b", std::string(40, 'x'));
  EXPECT_FALSE(is_exceeded());
  leave("below/c", "x");
  EXPECT_TRUE(is_exceeded());
}

TEST_F(Scratch, CountsEmptyFilesToo) {
  for (int i = 0; i < HR_SCRATCH_ENTRIES; ++i) leave(std::to_string(i), "");
  EXPECT_FALSE(is_exceeded());
  leave("one more", "");
  EXPECT_TRUE(is_exceeded());
}

TEST_F(Scratch, CountsNothingThatALinkLeadsTo) {
  fs::create_symlink("/proc/self/exe", folder.path() / "large");
  EXPECT_FALSE(is_exceeded());
}

TEST_F(Scratch, AFolderThatKeepsTheHubOutIsTooMuch) {
  constexpr uid_t nobody = 65534;
  leave("hidden/a", "");
  chmod(folder.path().c_str(), 0755);
  chmod((folder.path() / "hidden").c_str(), 0300);
  bool is_root = geteuid() == 0;  // whom no folder keeps out
  ASSERT_TRUE(!is_root || seteuid(nobody) == 0);
  bool too_much = is_exceeded();
  ASSERT_TRUE(!is_root || seteuid(0) == 0);
  chmod((folder.path() / "hidden").c_str(), 0700);
  EXPECT_TRUE(too_much);
}

TEST_F(Scratch, MayBeGone) {
  auto lent = LentScratch(folder.path() / "nowhere", 100);
  EXPECT_FALSE(lent.is_exceeded());
}

TEST_F(Scratch, IsLookedAtOnceASecond) {
  LentScratch lent(folder.path(), 100);
  EXPECT_FALSE(lent.is_exceeded());
  leave("a", std::string(200, 'x'));
  EXPECT_FALSE(lent.is_exceeded());
}

}  // namespace
}  // namespace homeroom::plugin
