// docs/plugin-author/signing.md: its commands, and what it says of their exit codes.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "tests/cli/program.hpp"
#include "tests/docs/markdown.hpp"

namespace homeroom::docs {
namespace {

using testing::HasSubstr;

TEST(Signing, ItsCommandsSignAndWhatWasChangedIsRefused) {
  namespace fs = std::filesystem;
  cli::Folder folder;
  fs::path page = "docs/plugin-author/signing.md";
  fs::create_directories(folder.path() / "build/plugins");
  // A plugin that ships, in the place of the one that the reader has built.
  for (const char* ending : {".so", ".manifest.yaml"})
    fs::copy(fs::path(HOMEROOM_BUILD_DIR) / "plugins" / (std::string("csv_file") + ending),
             folder.path() / "build/plugins");
  std::string script = "set -e\ncd " + folder.path().string() + "\nhomeroom() { " +
                       std::string(HOMEROOM_BUILD_DIR) + "/bin/homeroom \"$@\"; }\n";
  for (const char* words : {"openssl genpkey", "plugin sign"})
    for (const auto& line : sample_with(page, words)) script += line + '\n';
  for (auto at = script.find("lockers"); at != std::string::npos; at = script.find("lockers"))
    script.replace(at, 7, "csv_file");
  auto run = [&](const std::string& more) { return cli::run_program("/bin/sh", {"-c", more}); };
  auto signing = run(script);
  EXPECT_EQ(signing.exit_code, 0) << signing.err;
  EXPECT_THAT(signing.out, HasSubstr("csv_file 0.1.0: signed by key "));
  auto program = std::string(HOMEROOM_BUILD_DIR) + "/bin/homeroom plugin verify " +
                 (folder.path() / "build/plugins/csv_file.so").string();
  EXPECT_EQ(run(program).exit_code, 1);
  std::ofstream(folder.path() / "build/plugins/csv_file.manifest.yaml", std::ios::app) << "\n";
  auto changed = run(program + " --trust " + (folder.path() / "publisher.pem").string());
  EXPECT_EQ(changed.exit_code, 2);
  EXPECT_THAT(changed.err, HasSubstr("is about another manifest"));
}

}  // namespace
}  // namespace homeroom::docs
