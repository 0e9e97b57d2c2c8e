#include "hub/store/postgres_place.hpp"

#include "hub/store/job_book.hpp"
#include "hub/store/schema.hpp"
#include "hub/store/store.hpp"
#include "hub/world/lock.hpp"

namespace homeroom::store {

namespace {

constexpr std::string_view kind = "postgresql:";

/// Another server, database or schema is another place, and so is a copy of a server that went on
/// from a point in time or took over: what it does not know may have been sent.
std::string where(postgres::OnPostgres& database) {
  auto found = database.connection().run(
      "SELECT (SELECT system_identifier FROM pg_control_system()), CASE WHEN pg_is_in_recovery() "
      "THEN '' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END, "
      "(SELECT oid FROM pg_database WHERE datname = current_database())");
  std::string place;
  for (int column = 0; column < 3; ++column) (place += found.bytes(0, column)) += '|';
  return place + std::to_string(database.connection().schema());
}

void note_version(sql::Database& database) {
  sql::Statement(database, "UPDATE homeroom_store SET version = ?").bind(newest_schema()).execute();
}

}  // namespace

bool is_on_postgres(const std::string& location) {
  return location.starts_with(kind);
}

std::string conninfo_of(const std::string& location) {
  auto rest = location.substr(kind.size());
  return rest.starts_with("//") ? location : rest;
}

PostgresPlace::PostgresPlace(const std::string& location, const std::string& tenant,
                             const keys::KeyRing& keys, bool for_writing,
                             std::filesystem::path attic)
    : database_(conninfo_of(location), postgres::Lock::store),
      identity_{tenant, keyed(keys, "store|" + tenant), keyed(keys, "origin|" + where(database_))},
      for_writing_(for_writing),
      attic_(std::move(attic)) {
  if (for_writing) lock(database_);
}

void PostgresPlace::lock(postgres::OnPostgres& database) {
  if (database.lock_for_ever()) return;
  auto holder = database.holder();
  throw world::Locked("locked by " + (holder.empty() ? "another run" : holder));
}

void PostgresPlace::make_tables(postgres::OnPostgres& database) {
  if (database.has_table("store"))
    throw Error(Next::fix_settings,
                database.connection().name() +
                    ": in its schema are tables that Homeroom did not make; give it a role "
                    "and a schema of its own");
  database.run(
      "CREATE TABLE homeroom_store(version INTEGER NOT NULL, mark TEXT NOT NULL); "
      "INSERT INTO homeroom_store VALUES(0, '')");
  bring_forward(database, 0);
  note_version(database);
}

void PostgresPlace::drop(postgres::OnPostgres& database) {
  std::string all;
  for (const auto& [name, table] : database.tables())
    if (!JobBook::has_table(name)) (all += all.empty() ? "" : ", ") += name;
  database.run("SET LOCAL lock_timeout = '30s'; DROP TABLE " + all);
}

sql::Database& PostgresPlace::open() {
  auto version = database_.number("SELECT version FROM homeroom_store");
  check_version(version, name());
  if (version < newest_schema() && !for_writing_)
    throw Error(Next::fix_settings,
                name() +
                    ": it was written by an older Homeroom; run a job once to bring it "
                    "forward");
  check_identity(database_, name(), identity_);
  if (version < newest_schema()) {
    if (!attic_.empty()) write_file(database_, place_in_attic(attic_, version));
    sql::Transaction transaction(database_);
    bring_forward(database_, version);
    note_version(database_);
    transaction.commit();
  }
  return database_;
}

sql::Database& PostgresPlace::build() {
  database_.rollback();
  database_.begin_writing();
  make_tables(database_);
  say_identity(database_, identity_);
  return database_;
}

sql::Database& PostgresPlace::publish() {
  database_.commit();
  try {
    return open();
  } catch (const Error& error) {
    throw PublishedAndClosed(error);
  }
}

Error PostgresPlace::nothing_published() {
  bool is_built = !database_.holder().empty();
  return {Next::fix_settings,
          name() + (is_built && !for_writing_
                        ? ": the first run is still building this store; look again when it has "
                          "ended"
                        : ": there is no store yet; run a job first")};
}

}  // namespace homeroom::store
