// A database that is built with gathered writes is the one that was asked for.
#include "hub/sqlite/gathered_writes.hpp"

#include <csignal>
#include <fstream>
#include <random>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "hub/sqlite/sqlite.hpp"
#include "hub/world/files.hpp"

namespace homeroom::sqlite {
namespace {

class GatheredWrites : public testing::Test {
 protected:
  std::filesystem::path file() const { return scratch_.path() / "built.db"; }
  void begin(Database& database, const std::string& flushes = "OFF") const {
    database.run(("PRAGMA synchronous = " + flushes).c_str());
    database.run(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE; "
        "PRAGMA cache_size = 16; BEGIN; "
        "CREATE TABLE page(key INTEGER PRIMARY KEY, bytes BLOB)");
  }
  /// `rows` rows of 1,500 bytes, so that most pages have left the cache again.
  void fill(Database& database, int64_t rows) const {
    Statement put(database, "INSERT INTO page VALUES(?, ?)");
    for (int64_t key = 0; key < rows; ++key)
      put.bind(key).bind_bytes(std::string(1500, static_cast<char>('a' + key % 26))).execute();
  }

  world::ScratchFolder scratch_{std::filesystem::temp_directory_path()};
};

/// Files take no more than so many bytes while it lives.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : heard_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit full{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, heard_);
  }

 private:
  rlimit before_{};
  void (*heard_)(int);
};

/// What was gathered last has no later write that could tell.
TEST_F(GatheredWrites, ACommitFailsWhereTheLastOfThemDoes) {
  for (const char* flushes : {"OFF", "NORMAL"}) {
    std::ofstream(file()).close();
    Database database(file(), Access::build);
    begin(database, flushes);
    fill(database, 20);
    FullDisk full(4096);
    EXPECT_ANY_THROW(database.run("COMMIT")) << flushes;
  }
}

TEST_F(GatheredWrites, WhatWasBuiltIsReadByOthers) {
  std::ofstream(file()).close();
  {
    Database database(file(), Access::build);
    begin(database);
    fill(database, 5000);
    database.run("COMMIT");
  }
  Database built(file(), Access::read);
  EXPECT_EQ(built.text("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(built.number("SELECT count(*) FROM page"), 5000);
  EXPECT_EQ(built.text("SELECT substr(bytes, 1, 1) FROM page WHERE key = 4999"), "h");
}

TEST_F(GatheredWrites, PagesThatWaitAreReadAndWrittenAnew) {
  std::ofstream(file()).close();
  {
    Database database(file(), Access::build);
    begin(database);
    fill(database, 2000);
    std::mt19937 random(3);
    Statement change(database, "UPDATE page SET bytes = ? WHERE key = ?");
    Statement read(database, "SELECT bytes FROM page WHERE key = ?");
    for (int i = 0; i < 500; ++i) {
      auto key = static_cast<int64_t>(1999 - random() % (i % 2 ? 2000 : 40));
      change.bind_bytes(std::string(1400, 'Z')).bind(key).execute();
      Use use(read);
      ASSERT_TRUE(use->bind(key).step());
      EXPECT_EQ(use->bytes(0), std::string(1400, 'Z'));
    }
    database.run("DELETE FROM page WHERE key >= 1000; COMMIT");
  }
  Database built(file(), Access::read);
  EXPECT_EQ(built.text("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(built.number("SELECT count(*) FROM page"), 1000);
}

}  // namespace
}  // namespace homeroom::sqlite
