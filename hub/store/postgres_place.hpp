// PostgresPlace: a store in the schema of one role. A first one is built in a transaction nobody
// else sees into. Who writes holds a lock of the server's that dies with the session.
#pragma once

#include <memory>
#include <string>

#include "hub/postgres/postgres.hpp"
#include "hub/store/place.hpp"

namespace homeroom::store {

bool is_on_postgres(const std::string& location);
/// What libpq takes, of "postgresql:CONNINFO" or of a URI.
std::string conninfo_of(const std::string& location);

class PostgresPlace final : public Place {
 public:
  PostgresPlace(const std::string& location, const std::string& tenant, const keys::KeyRing& keys,
                bool for_writing, std::filesystem::path attic);

  const Identity& identity() const override { return identity_; }
  bool is_published() override { return database_.has_table(version_table); }
  sql::Database& open() override;
  sql::Database& build() override;
  sql::Database& publish() override;
  Error nothing_published() override;

  /// For as long as the session lives. Throws world::Locked, saying who has it.
  static void lock(postgres::OnPostgres& database);
  /// In the open transaction; drop() leaves what is not the store's.
  static void make_tables(postgres::OnPostgres& database);
  static void drop(postgres::OnPostgres& database);
  /// Writes what is published as a file of SQLite with the same tables.
  static void write_file(postgres::OnPostgres& database, const std::filesystem::path& to);
  /// Says which tables these are, and that they are ours.
  static constexpr const char* version_table = "homeroom_store";

 private:
  const std::string& name() { return database_.connection().name(); }

  postgres::OnPostgres database_;
  Identity identity_;
  bool for_writing_;
  std::filesystem::path attic_;
};

}  // namespace homeroom::store
