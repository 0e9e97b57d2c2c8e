// Copies of a store: backups, and a backup in the store's place. A backup is a file of SQLite,
// whichever database the store lies in; so it can be put back into either.
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/sqlite/sqlite.hpp"
#include "hub/store/postgres_place.hpp"
#include "hub/store/schema.hpp"
#include "hub/store/sqlite_place.hpp"
#include "hub/store/store.hpp"
#include "hub/world/trouble.hpp"
#include "hub/world/world.hpp"

namespace homeroom::store {

namespace {

enum class Kind : uint8_t { number, text, bytes };

struct Columns {
  std::string names;  ///< with commas
  std::string marks;  ///< "?, ?"
  std::vector<Kind> kinds;
};

/// As the file declares them; both databases have the same ones in the same order.
Columns columns_of(sql::Database& file, const std::string& table) {
  Columns columns;
  sql::Statement rows(file, "SELECT name, type FROM pragma_table_info(?) ORDER BY cid");
  rows.bind_text(table);
  while (rows.step()) {
    const char* comma = columns.kinds.empty() ? "" : ", ";
    columns.names += comma + ('"' + rows.string(0)) + '"';
    columns.marks += std::string(comma) + '?';
    auto type = rows.bytes(1);
    columns.kinds.push_back(type == "INTEGER" ? Kind::number
                            : type == "TEXT"  ? Kind::text
                                              : Kind::bytes);
  }
  return columns;
}

std::vector<std::string> tables_of(sql::Database& file) {
  std::vector<std::string> tables;
  sql::Statement rows(file,
                      "SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                      "name NOT LIKE 'sqlite_%' ORDER BY rowid");
  while (rows.step()) tables.push_back(rows.string(0));
  return tables;
}

void copy_table(sql::Database& from, sql::Database& to, const std::string& table,
                const Columns& columns) {
  sql::Statement rows(from, "SELECT " + columns.names + " FROM " + table + " ORDER BY 1",
                      sql::Rows::many);
  sql::Statement put(to, "INSERT INTO " + table + " VALUES(" + columns.marks + ")");
  while (rows.step()) {
    for (std::size_t i = 0; i < columns.kinds.size(); ++i) {
      auto column = static_cast<int>(i);
      if (rows.is_null(column))
        put.bind_null();
      else if (columns.kinds[i] == Kind::number)
        put.bind(rows.integer(column));
      else if (columns.kinds[i] == Kind::text)
        put.bind_text(rows.bytes(column));
      else
        put.bind_bytes(rows.bytes(column));
    }
    put.execute();
  }
}

/// Tables that count their rows, and never give a number twice.
constexpr const char* counting[] = {"correction", "decision"};

std::string counter_of(const std::string& table) {
  return table + "_number_seq";  // as PostgreSQL names it
}

/// What is there makes room for the file's rows, in one transaction.
void fill_from_file(postgres::OnPostgres& to, const std::filesystem::path& from) {
  sql::OnSqlite file(from, sqlite::Access::read);
  to.begin_writing();
  if (to.has_table(PostgresPlace::version_table)) PostgresPlace::drop(to);
  PostgresPlace::make_tables(to);
  for (const auto& table : tables_of(file)) {
    copy_table(file, to, table, columns_of(file, table));
    to.flush({table});  // others refer to it
  }
  for (std::string table : counting) {
    sql::Statement counted(file, "SELECT seq FROM sqlite_sequence WHERE name = ?");
    counted.bind_text(table);
    if (!counted.step() || counted.integer(0) == 0) continue;
    sql::Statement(to, "SELECT setval('" + counter_of(table) + "', ?)")
        .bind(counted.integer(0))
        .execute();
  }
  to.commit();
}

void put_on_server(const std::filesystem::path& restored, const std::string& location,
                   const std::filesystem::path& before) {
  postgres::OnPostgres database(conninfo_of(location), postgres::Lock::store);
  PostgresPlace::lock(database);
  if (database.has_table(PostgresPlace::version_table)) {
    unlink(before.c_str());
    PostgresPlace::write_file(database, before);
  }
  fill_from_file(database, restored);
  unlink(restored.c_str());
}

Error nothing_there(const std::string& name) {
  return {Next::fix_settings, name + ": there is no store yet; run a job first"};
}

}  // namespace

void PostgresPlace::write_file(postgres::OnPostgres& from, const std::filesystem::path& to) {
  from.begin_reading();
  auto version = from.number("SELECT version FROM homeroom_store");
  check_version(version, from.connection().name());
  Building file(to, {}, version);
  auto& database = file.database();
  database.run("DELETE FROM store");
  for (const auto& table : tables_of(database))
    copy_table(from, database, table, columns_of(database, table));
  for (std::string table : counting) {
    if (!from.has_table(table)) continue;
    sql::Statement(database, "DELETE FROM sqlite_sequence WHERE name = ?")
        .bind_text(table)
        .execute();
    sql::Statement(database, "INSERT INTO sqlite_sequence(name, seq) VALUES(?, ?)")
        .bind_text(table)
        .bind(from.number("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM " +
                          counter_of(table)))
        .execute();
  }
  file.publish();
  from.rollback();
}

bool Store::is_there(const std::string& location) {
  if (!is_on_postgres(location)) return std::filesystem::exists(file_of(location));
  return postgres::OnPostgres(conninfo_of(location), postgres::Lock::store)
      .has_table(PostgresPlace::version_table);
}

void Store::back_up(const std::string& location, const std::filesystem::path& to) {
  if (is_on_postgres(location)) {
    postgres::OnPostgres database(conninfo_of(location), postgres::Lock::store);
    if (!database.has_table(PostgresPlace::version_table))
      throw nothing_there(database.connection().name());
    if (std::filesystem::exists(to)) throw world::trouble(EEXIST, "make", to);
    return PostgresPlace::write_file(database, to);
  }
  auto file = file_of(location);
  if (!std::filesystem::exists(file)) throw nothing_there(file.string());
  sqlite::copy(file, to);
}

void Store::put_in_place(const std::filesystem::path& restored, const std::string& location,
                         const std::filesystem::path& before) {
  if (is_on_postgres(location)) return put_on_server(restored, location, before);
  auto file = file_of(location);
  auto folder = file.has_parent_path() ? file.parent_path() : ".";
  if (std::filesystem::exists(file)) {
    // Its log goes into it first: beside another file it would be replayed there.
    sqlite::Database(file, sqlite::Access::write).run("PRAGMA wal_checkpoint(TRUNCATE)");
    unlink(before.c_str());
    if (link(file.c_str(), before.c_str()) != 0) throw world::trouble(errno, "keep", before);
  }
  for (const char* left : {"-wal", "-shm", "-journal"}) unlink((file.string() + left).c_str());
  if (rename(restored.c_str(), file.c_str()) != 0) throw world::trouble(errno, "make", file);
  world::flush_folder(folder);
}

}  // namespace homeroom::store
