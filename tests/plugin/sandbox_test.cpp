// What a plugin in a runner tries in vain, and what stops it.
#include <fstream>

#include <gmock/gmock.h>

#include "hub/plugin/openings.hpp"
#include "tests/plugin/den.hpp"

namespace homeroom::plugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* not_permitted = "Operation not permitted";  // seccomp
constexpr const char* denied = "Permission denied";               // Landlock

class Forbidden : public testing::TestWithParam<Deed> {};

TEST_P(Forbidden, IsTriedInVain) {
  if (a_sanitizer_hides(GetParam().deed)) GTEST_SKIP() << "of a sanitizer";
  for (const auto& layer : layers_of_a_runner())
    if (!layer.is_on) GTEST_SKIP() << layer.name << ": " << layer.why;
  Den den(GetParam().deed);
  auto error = den.outcome();
  EXPECT_EQ(error.next, Next::not_readable) << error.what();
  EXPECT_EQ(error.what(), std::string(GetParam().deed) + ": " + GetParam().how);
}

constexpr Deed forbidden[] = {
    {"forks", not_permitted},
    {"forks by hand", not_permitted},
    {"runs a program", not_permitted},
    {"opens a socket", not_permitted},
    {"opens a local socket", not_permitted},
    {"makes a socket pair", not_permitted},
    {"watches its parent", not_permitted},
    {"kills its parent", not_permitted},
    {"has the kernel signal its parent", not_permitted},
    {"takes away memory that its parent looks at", not_permitted},
    {"opens a folder to everybody", not_permitted},
    {"opens what it reads to everybody", not_permitted},
    {"empties a file by its path", not_permitted},
    {"empties a file it may read", not_permitted},
    {"makes a file look old", not_permitted},
    {"keeps memory in a file", not_permitted},
    {"mounts", not_permitted},
    {"becomes another user", not_permitted},
    {"lifts its limits", not_permitted},
    {"reads the passwords", denied},
    {"lists processes", denied},
    {"writes beside", denied},
    {"writes into its folder", denied},
    {"takes all memory", "Cannot allocate memory"},
    {"opens many files", "Too many open files"},
};

INSTANTIATE_TEST_SUITE_P(Sandbox, Forbidden, testing::ValuesIn(forbidden), name_of_deed);

TEST(Sandbox, WhatItDeclaredAndItsScratchFolderAreOpen) {
  Den reads("reads its folder");
  std::ofstream(reads.folder() / "given.txt") << "given";
  EXPECT_STREQ(reads.outcome().what(), "reads its folder: it went");
  Den writes("writes into scratch");
  EXPECT_STREQ(writes.outcome().what(), "writes into scratch: it went");
}

TEST(Sandbox, OnlyServersOfTheManifestAreAskedByTheHub) {
  Den den("asks a server it did not name");
  auto error = den.outcome();
  EXPECT_EQ(error.next, Next::fix_settings);
  EXPECT_THAT(error.what(), HasSubstr("elsewhere.example"));
}

TEST(Sandbox, AProcessThatUsesUpItsTimeIsEnded) {
  RunnerStyle style;
  style.cpu_s = 1;
  Den den("loops", "villain", style);
  EXPECT_THAT(den.outcome().what(), HasSubstr("signal"));
}

TEST(Openings, ASourceMayReadWhatItsSettingsNameAndADestinationWriteBesideItsFile) {
  world::ScratchFolder folder(std::filesystem::temp_directory_path());
  auto at = [&](const char* name) { return (folder.path() / name).string(); };
  CheckedSettings settings;
  settings.push_back({"path", world::Secret(at("deep/er/out.ndjson"))});
  settings.push_back({"path.more", world::Secret(at("more"))});
  settings.push_back({"pathology", world::Secret("/etc")});
  Manifest manifest;
  manifest.permissions.folders = {"setting:path"};
  EXPECT_THAT(openings_of(manifest, settings),
              ElementsAre(Opening{at("deep/er/out.ndjson"), false}, Opening{at("more"), false}));
  manifest.contracts = {HR_SINK};
  EXPECT_THAT(openings_of(manifest, settings), ElementsAre(Opening{folder.path().string(), true},
                                                           Opening{folder.path().string(), true}));
}

}  // namespace
}  // namespace homeroom::plugin
