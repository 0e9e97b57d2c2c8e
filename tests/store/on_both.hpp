// OnBoth: a place for one store, in a file of SQLite or in a schema of a PostgreSQL server.
#pragma once

#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include <gmock/gmock.h>

#include "hub/keys/keys.hpp"
#include "hub/sqlite/sqlite.hpp"
#include "hub/store/store.hpp"
#include "hub/world/files.hpp"
#include "tests/cluster/kinds.hpp"

namespace homeroom::store {

using tests::both_stores;
using tests::name_of_store;
using tests::on_postgres;
using tests::on_sqlite;

class Both {
 public:
  explicit Both(const std::string& kind) : kind_(kind) {}

  bool is_postgres() const { return kind_ == on_postgres; }
  bool is_there() const { return !location_.empty(); }
  const std::string& location() const { return location_; }
  const std::filesystem::path& folder() const { return scratch_.path(); }
  std::filesystem::path file() const { return folder() / "district.db"; }
  std::unique_ptr<Store> open(bool for_writing = true, const std::string& tenant = "t1") {
    return Store::open(location_, tenant, *keys_, for_writing, folder() / "attic");
  }
  keys::KeyRing& keys() { return *keys_; }
  void use_other_keys() { keys_ = keys::KeyRing::open(folder() / "other", "t1"); }

  /// Behind the store's back.
  void change(const std::string& sql) {
    if (!is_postgres()) return sqlite::Database(file(), sqlite::Access::write).run(sql.c_str());
    tests::Cluster::of_this_program().ask("SET ROLE " + role() + "; SET search_path = " + role() +
                                          "; " + sql);
  }
  /// The version of the file that was kept before a store of that version was brought forward.
  int64_t version_in_attic(int version) {
    auto kept = (folder() / "attic").string() + ".schema-" + std::to_string(version);
    return sqlite::Database(kept, sqlite::Access::read).number("PRAGMA user_version");
  }
  void change_version(int version) {
    auto number = std::to_string(version);
    change(is_postgres() ? "UPDATE homeroom_store SET version = " + number
                         : "PRAGMA user_version = " + number);
  }
  /// To a schema of before: 5, or 4, which knows no corrections.
  void take_back_to(int version) {
    if (version == 4) change("DROP TABLE correction");
    change(
        "DROP TABLE decision; "
        "ALTER TABLE link_page DROP COLUMN weights; "
        "DROP TABLE feature_page; "
        "DROP TABLE posting_page; "
        "DROP TABLE posting_segment; "
        "DROP TABLE key_page; DROP TABLE key_segment; DROP TABLE keyed_stream; "
        "DROP TABLE stream_history; "
        "DROP TABLE refusal; "
        "DROP TABLE node_change; DROP TABLE share_change; "
        "CREATE TABLE landed(source TEXT, stream TEXT, cursor TEXT, as_of_ms INTEGER, records "
        "INTEGER, proof INTEGER, file_digest TEXT); "
        "ALTER TABLE stream_state RENAME COLUMN feeds_digest TO file_digest; "
        "ALTER TABLE link_page ADD COLUMN mark INTEGER NOT NULL DEFAULT 0; "
        "ALTER TABLE link_page ADD COLUMN features INTEGER NOT NULL DEFAULT 0; "
        "ALTER TABLE quarantine DROP COLUMN state; "
        "ALTER TABLE quarantine DROP COLUMN reads_again; "
        "ALTER TABLE quarantine DROP COLUMN seen_on; ");
    change_version(version);
  }
  std::string everything_on_disk() const {
    std::string all;
    auto folder = scratch_.path();
    if (is_postgres()) {
      tests::Cluster::of_this_program().ask("CHECKPOINT");
      folder = tests::Cluster::of_this_program().folder();
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
  }

 private:
  std::string role() const { return location_.substr(location_.rfind('=') + 1); }

  std::string kind_;
  world::ScratchFolder scratch_{std::filesystem::temp_directory_path()};
  std::unique_ptr<keys::KeyRing> keys_ = keys::KeyRing::open(folder() / "keys", "t1");
  std::string location_ = tests::location_of(kind_, file());
};

/// Each test once on either; left out, saying so, where there is no PostgreSQL.
class OnBoth : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!both_.is_there()) GTEST_SKIP() << tests::Cluster::how_to_install;
    begin();
  }
  /// What a fixture does first.
  virtual void begin() {}

  Both both_{GetParam()};
};

}  // namespace homeroom::store
