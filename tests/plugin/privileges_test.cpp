// What a runner gives up first, each alone, since the layers after it would hide that it is
// missing. Only root has something to lose: for other accounts there is nothing to see.
#include "hub/plugin/privileges.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hub/world/files.hpp"

namespace homeroom::plugin {
namespace {

namespace fs = std::filesystem;

constexpr uid_t nobody = 65534;

/// What a process of its own writes to standard output while it does this.
std::string output_of(const std::function<void()>& deed) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    deed();
    _exit(0);
  }
  close(ends[1]);
  std::string said(100, '\0');
  auto got = read(ends[0], said.data(), said.size());
  close(ends[0]);
  waitpid(child, nullptr, 0);
  said.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return said;
}

void say(const char* word) {
  (void)!write(STDOUT_FILENO, word, std::char_traits<char>::length(word));
}

class Privileges : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root has privileges to give up";
    fs::permissions(folder_.path(), fs::perms(0755));
  }
  fs::path at(const char* name) const { return folder_.path() / name; }

  world::ScratchFolder folder_{fs::temp_directory_path()};
};

TEST_F(Privileges, AProgramThatMakesRootOfOthersMakesNoneOfARunner) {
  fs::copy_file("/usr/bin/id", at("id"));
  ASSERT_EQ(chmod(at("id").c_str(), 04755), 0);
  auto become_root = [&] {
    (void)!setresuid(nobody, nobody, nobody);
    execl(at("id").c_str(), "id", "-u", nullptr);
  };
  if (output_of(become_root) != "0\n") GTEST_SKIP() << "no program here makes root of others";
  EXPECT_EQ(output_of([&] {
              if (give_up_new_privileges()) become_root();
            }),
            "65534\n");
}

TEST_F(Privileges, AFileThatNobodyMayReadIsClosedToRootToo) {
  std::ofstream(at("closed")) << "closed";
  ASSERT_EQ(chmod(at("closed").c_str(), 0), 0);
  auto try_it = [&] { say(open(at("closed").c_str(), O_RDONLY) >= 0 ? "open" : "closed"); };
  ASSERT_EQ(output_of(try_it), "open");
  EXPECT_EQ(output_of([&] {
              if (drop_capabilities()) try_it();
            }),
            "closed");
}

TEST_F(Privileges, WhatWasDroppedDoesNotComeBackWithAnotherProgram) {
  EXPECT_EQ(output_of([] {
              if (drop_capabilities())
                execl("/bin/sh", "sh", "-c",
                      "grep -c '^Cap[PEBA].*:.0000000000000000$' /proc/self/status", nullptr);
            }),
            "4\n");
}

}  // namespace
}  // namespace homeroom::plugin
