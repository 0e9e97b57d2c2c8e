#include "hub/store/place.hpp"

#include "hub/store/postgres_place.hpp"
#include "hub/store/schema.hpp"
#include "hub/store/sqlite_place.hpp"

namespace homeroom::store {

namespace {

Error refused(const std::string& name, const std::string& why) {
  return {Next::fix_settings, name + ": " + why};
}

}  // namespace

std::unique_ptr<Place> Place::of(const std::string& location, const std::string& tenant,
                                 const keys::KeyRing& keys, bool for_writing,
                                 const std::filesystem::path& attic) {
  if (is_on_postgres(location))
    return std::make_unique<PostgresPlace>(location, tenant, keys, for_writing, attic);
  return std::make_unique<SqlitePlace>(file_of(location), tenant, keys, for_writing, attic);
}

std::filesystem::path place_in_attic(const std::filesystem::path& attic, int64_t version) {
  std::filesystem::path place = attic.string() + ".schema-" + std::to_string(version);
  std::filesystem::remove(place);
  return place;
}

void check_identity(sql::Database& database, const std::string& name, const Identity& identity) {
  if (database.text("SELECT tenant FROM store") != identity.tenant)
    throw refused(name, "it belongs to another tenant; set `store` to the one of this workspace");
  if (database.text("SELECT key_check FROM store") != identity.key_check)
    throw refused(name,
                  "it was sealed with other keys; set `keys` to the key file that was made "
                  "with it");
}

void check_version(int64_t version, const std::string& name) {
  if (version < oldest_schema())
    throw refused(name,
                  "it was written before the first release and cannot be read any more; move it "
                  "away and run a job: with the same key file the students keep their ids");
  if (version > newest_schema())
    throw refused(name,
                  "it was written by a newer Homeroom; install that version or restore a "
                  "backup of before");
}

void say_identity(sql::Database& database, const Identity& identity) {
  sql::Statement(database, "INSERT INTO store VALUES(1, ?, ?, ?, 0, 0)")
      .bind_text(identity.tenant)
      .bind_text(identity.key_check)
      .bind_text(identity.origin)
      .execute();
}

std::string keyed(const keys::KeyRing& keys, const std::string& text) {
  auto hash = keys.identify(text);
  return keys::sha256_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

}  // namespace homeroom::store
