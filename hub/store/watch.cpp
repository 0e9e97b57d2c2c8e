// A store as who watches it sees it: ages and counts, which stand in the clear.
#include "hub/sql/on_sqlite.hpp"
#include "hub/store/postgres_place.hpp"
#include "hub/store/runs.hpp"
#include "hub/store/schema.hpp"
#include "hub/store/shares.hpp"
#include "hub/store/sqlite_place.hpp"
#include "hub/store/store.hpp"
#include "hub/store/streams.hpp"

namespace homeroom::store {

namespace {

void count_receipts(sql::Database& database, Watched& watched) {
  Streams streams(database);
  Shares shares(database, streams);
  for (const auto& [number, name] : all_names(database, Named::destination)) {
    const auto& tally = shares.tally(number);
    watched.without_receipt[name] = tally.in(ShareState::owed) + tally.in(ShareState::removal_owed);
  }
}

Watched watch_tables(sql::Database& database) {
  Watched watched;
  database.begin_reading();
  sql::Statement ages(database, "SELECT source, max(as_of_ms) FROM stream_state GROUP BY source");
  while (ages.step())
    if (ages.integer(1) > 0) watched.newest_ms[ages.string(0)] = ages.integer(1);
  count_receipts(database, watched);
  database.rollback();
  return watched;
}

/// Of those of other sessions a role sees the times of its own alone, and that is whose they are.
std::optional<Watched> watch_server(const std::string& location) {
  postgres::OnPostgres database(conninfo_of(location), postgres::Lock::store);
  if (!database.has_table(PostgresPlace::version_table)) return std::nullopt;
  if (database.number("SELECT version FROM homeroom_store") != newest_schema()) return std::nullopt;
  auto age = database.connection().run(
      "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0) "
      "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
  auto oldest = std::stod(std::string(age.bytes(0, 0)));
  auto watched = watch_tables(database);
  watched.oldest_transaction_s = oldest;
  return watched;
}

}  // namespace

std::optional<Watched> Store::watch(const std::string& location) {
  if (is_on_postgres(location)) return watch_server(location);
  auto file = file_of(location);
  if (!std::filesystem::exists(file)) return std::nullopt;
  sql::OnSqlite database(file, sqlite::Access::read);
  if (database.number("PRAGMA user_version") != newest_schema()) return std::nullopt;
  return watch_tables(database);
}

}  // namespace homeroom::store
