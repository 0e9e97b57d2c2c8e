// Who is turned away from a lock is told by whom, whatever the moment in which it asks.
#include "hub/world/lock.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/world/scratch.hpp"

namespace homeroom::world {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// What the one that is turned away is told; empty for one that gets the lock.
std::string refusal(const std::filesystem::path& path) {
  try {
    FixedClock clock(0);
    Lock lock(path, "run again", clock);
    return "";
  } catch (const Locked& locked) {
    return locked.what();
  }
}

/// The number of a process that has ended.
pid_t dead_process() {
  pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  return child;
}

TEST(Lock, TheLoserWaitsForTheNameOfWhoHasJustTakenIt) {
  const std::string fresh =
      "run nightly, process " + std::to_string(getpid()) + ", since 2026-01-13T03:15:00Z\n";
  const std::string of_the_dead = "run of long ago, process " + std::to_string(dead_process()) +
                                  ", since 2025-01-13T03:15:00Z\n";
  for (const std::string& left : {std::string(), fresh.substr(0, 15), of_the_dead}) {
    auto folder = scratch();
    auto path = folder.path() / "lock";
    std::ofstream(path) << left;
    File holder(open(path.c_str(), O_RDWR | O_CLOEXEC));
    ASSERT_EQ(flock(holder.descriptor(), LOCK_EX | LOCK_NB), 0);
    File reads(inotify_init1(IN_CLOEXEC));
    ASSERT_GE(inotify_add_watch(reads.descriptor(), path.c_str(), IN_OPEN), 0);
    if (!left.empty()) inotify_add_watch(reads.descriptor(), path.c_str(), IN_ACCESS);
    std::thread late([&] {
      char event[256];
      EXPECT_GT(read(reads.descriptor(), event, sizeof event), 0);  // the loser has come
      if (left.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
      EXPECT_GT(pwrite(holder.descriptor(), fresh.data(), fresh.size(), 0), 0);
    });
    auto told = refusal(path);
    late.join();
    EXPECT_EQ(told + '\n', "locked by " + fresh) << "after: " << left;
  }
}

TEST(Lock, ANameThatNobodyAliveBearsIsToldAllTheSame) {
  auto folder = scratch();
  auto path = folder.path() / "lock";
  std::ofstream(path) << "run elsewhere, process " << dead_process() << ", since yesterday\n";
  File holder(open(path.c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(flock(holder.descriptor(), LOCK_EX | LOCK_NB), 0);
  EXPECT_THAT(refusal(path), StartsWith("locked by run elsewhere, process "));
}

/// Takes the lock when `begin` is closed and keeps it until `end` is; or says who was first.
void contend(const std::filesystem::path& path, int begin, int told, int end) {
  char byte;
  while (read(begin, &byte, 1) > 0) continue;
  std::string line = "got it";
  std::optional<Lock> lock;
  FixedClock clock(1768274100000);
  try {
    lock.emplace(path, "run nightly", clock);
  } catch (const Locked& locked) {
    line = locked.what();
  }
  line = std::to_string(getpid()) + ' ' + line + '\n';
  if (write(told, line.data(), line.size()) < 0) _exit(1);
  while (read(end, &byte, 1) > 0) continue;
  _exit(0);
}

TEST(Lock, OfTwoThatComeTogetherOneIsToldTheNameOfTheOther) {
  auto folder = scratch();
  for (int round = 0; round < 60; ++round) {
    int begin[2], told[2], end[2];
    for (int* one : {begin, told, end}) ASSERT_EQ(pipe(one), 0);
    pid_t children[2];
    for (auto& child : children) {
      child = fork();
      if (child == 0) {
        close(begin[1]), close(end[1]);
        contend(folder.path() / "lock", begin[0], told[1], end[0]);
      }
    }
    close(told[1]);
    close(begin[1]);
    std::string said;
    char bytes[512];
    for (ssize_t got = 1; std::ranges::count(said, '\n') < 2 && got > 0;)
      if ((got = read(told[0], bytes, sizeof bytes)) > 0)
        said.append(bytes, static_cast<std::size_t>(got));
    close(end[1]);
    for (auto child : children) waitpid(child, nullptr, 0);
    for (int one : {begin[0], told[0], end[0]}) close(one);
    bool is_first = said.find(std::to_string(children[0]) + " got it") != said.npos;
    EXPECT_THAT(said, HasSubstr(" locked by run nightly, process " +
                                std::to_string(children[is_first ? 0 : 1]) +
                                ", since 2026-01-13T03:15:00Z\n"));
  }
}

}  // namespace
}  // namespace homeroom::world
