#include "hub/world/files.hpp"

#include <cerrno>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "homeroom/error.hpp"
#include "hub/world/digest.hpp"
#include "hub/world/lock.hpp"
#include "hub/world/trouble.hpp"
#include "tests/world/scratch.hpp"

namespace homeroom::world {
namespace {

using testing::HasSubstr;

template <class Work>
Error error_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return Error(Next::fail, "nothing was thrown");
}

TEST(Files, WhatWasWrittenIsReadBackWhole) {
  auto folder = scratch();
  write_atomically(folder.path() / "a.txt", "first\nsecond");
  EXPECT_EQ(read_whole(folder.path() / "a.txt", 100), "first\nsecond");
}

TEST(Files, AFileWithoutCommitLeavesNothingBehind) {
  auto folder = scratch();
  {
    AtomicFile file(folder.path() / "a.txt");
    file.write("half");
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Files, ALinkIsNotFollowed) {
  auto folder = scratch();
  write_atomically(folder.path() / "real", "x");
  std::filesystem::create_symlink(folder.path() / "real", folder.path() / "link");
  Error error = error_of([&] { open_regular(folder.path() / "link"); });
  EXPECT_EQ(error.next, Next::fix_settings);
  EXPECT_THAT(error.what(), HasSubstr("symbolic link"));
}

TEST(Files, AFolderAndAPipeAreNoPlainFiles) {
  auto folder = scratch();
  mkfifo((folder.path() / "pipe").c_str(), 0600);
  EXPECT_THAT(error_of([&] { open_regular(folder.path()); }).what(), HasSubstr("no plain file"));
  EXPECT_THAT(error_of([&] { open_regular(folder.path() / "pipe"); }).what(),
              HasSubstr("no plain file"));
}

TEST(Files, AMissingFolderIsNamedInTheMessage) {
  Error error = error_of([] { write_atomically("/nowhere/at/all/a.txt", "x"); });
  EXPECT_EQ(error.next, Next::fix_settings);
  EXPECT_THAT(error.what(), HasSubstr("/nowhere/at/all"));
}

TEST(Files, AFullDiskAsksForSpaceAndNamesThePath) {
  Error error = trouble(ENOSPC, "write", "/out/nurses.ndjson");
  EXPECT_EQ(error.next, Next::retry);
  EXPECT_THAT(error.what(), HasSubstr("/out/nurses.ndjson"));
  EXPECT_THAT(error.what(), HasSubstr("free space"));
}

TEST(Files, AFileLargerThanAllowedIsRefused) {
  auto folder = scratch();
  write_atomically(folder.path() / "a", std::string(1000, 'x'));
  EXPECT_EQ(error_of([&] { read_whole(folder.path() / "a", 999); }).next, Next::not_readable);
}

TEST(Files, AScratchFolderGoesAwayWithAllItHolds) {
  std::filesystem::path where;
  {
    auto folder = scratch();
    where = folder.path();
    write_atomically(where / "a", "x");
  }
  EXPECT_FALSE(std::filesystem::exists(where));
}

TEST(Digest, IsTheOneEverybodyKnows) {
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  auto folder = scratch();
  write_atomically(folder.path() / "a", "abc");
  EXPECT_EQ(sha256_of_file(folder.path() / "a"), sha256("abc"));
}

TEST(Lock, TheSecondRunIsToldWhoHoldsItAndSinceWhen) {
  auto folder = scratch();
  FixedClock clock(1768274100000);
  Lock first(folder.path() / "lock", "run nightly", clock);
  try {
    Lock second(folder.path() / "lock", "run again", clock);
    FAIL();
  } catch (const Locked& locked) {
    EXPECT_THAT(locked.what(), HasSubstr("run nightly, process "));
    EXPECT_THAT(locked.what(), HasSubstr("since 2026-01-13T03:15:00Z"));
  }
}

TEST(Lock, IsFreeAgainWhenItsHolderIsGone) {
  auto folder = scratch();
  FixedClock clock(0);
  { Lock first(folder.path() / "lock", "run nightly", clock); }
  EXPECT_NO_THROW(Lock(folder.path() / "lock", "run nightly", clock));
}

}  // namespace
}  // namespace homeroom::world
