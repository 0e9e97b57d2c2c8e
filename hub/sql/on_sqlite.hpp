// The door over an SQLite file.
#pragma once

#include <filesystem>

#include "hub/sql/sql.hpp"
#include "hub/sqlite/sqlite.hpp"

namespace homeroom::sql {

class OnSqlite final : public Database {
 public:
  /// As sqlite::Database.
  OnSqlite(const std::filesystem::path& file, sqlite::Access access, int busy_wait_ms = 5000)
      : database_(file, access, busy_wait_ms) {}

  std::unique_ptr<Prepared> prepare(std::string_view sql, Rows rows) override;
  void run(const std::string& sql) override { database_.run(sql.c_str()); }
  void begin_reading() override { database_.run("BEGIN"); }
  void begin_writing() override { database_.run("BEGIN IMMEDIATE"); }
  void commit() override { database_.run("COMMIT"); }
  void rollback() noexcept override;
  bool is_in_transaction() const override { return database_.is_in_transaction(); }

  sqlite::Database& file() { return database_; }

 private:
  sqlite::Database database_;
};

}  // namespace homeroom::sql
