#include "hub/store/opening.hpp"

#include <cerrno>
#include <fstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/store/schema.hpp"
#include "hub/world/trouble.hpp"

namespace homeroom::store {

namespace {

constexpr int busy_wait_ms = 1000;

Error refused(const std::filesystem::path& file, const std::string& why) {
  return {Next::fix_settings, file.string() + ": " + why};
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return std::filesystem::absolute(file).parent_path();
}

std::string machine_id() {
  std::ifstream in("/etc/machine-id");  // systemd machine-id(5): to be hashed, never shown
  std::string id;
  std::getline(in, id);
  return id;
}

std::string keyed(const keys::KeyRing& keys, const std::string& text) {
  auto hash = keys.identify(text);
  return keys::sha256_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

void check_schema(sqlite::Database& database, const std::filesystem::path& file) {
  if (database.number("PRAGMA application_id") != application_id)
    throw refused(file, "it is a database, but no store of Homeroom; name another file in `store`");
  auto version = database.number("PRAGMA user_version");
  if (version < oldest_schema())
    throw refused(file,
                  "it was written before the first release and cannot be read any more; move it "
                  "away and run a job: with the same key file the students keep their ids");
  if (version > newest_schema())
    throw refused(file,
                  "it was written by a newer Homeroom; install that version or restore a "
                  "backup of before");
}

void check_identity(sqlite::Database& database, const std::filesystem::path& file,
                    const Identity& identity) {
  if (database.text("SELECT tenant FROM store") != identity.tenant)
    throw refused(file, "it belongs to another tenant; set `store` to the file of this workspace");
  if (database.text("SELECT key_check FROM store") != identity.key_check)
    throw refused(file,
                  "it was sealed with other keys; set `keys` to the key file that was made "
                  "with it");
}

void bring_forward_if_older(sqlite::Database& database, const std::filesystem::path& file,
                            sqlite::Access access) {
  if (database.number("PRAGMA user_version") == newest_schema()) return;
  if (access == sqlite::Access::read)
    throw refused(file, "it was written by an older Homeroom; run a job once to bring it forward");
  sqlite::Transaction transaction(database);
  bring_forward(database);
  transaction.commit();
}

// What SQLite itself finds wrong, asked only when opening has failed already.
std::string found_damage(const std::filesystem::path& file) try {
  sqlite::Database database(file, sqlite::Access::read, busy_wait_ms);
  return database.text("PRAGMA quick_check(1)");
} catch (const Error&) {
  return "it cannot be read at all";
}

}  // namespace

Identity identity_of(const std::filesystem::path& file, const std::string& tenant,
                     const keys::KeyRing& keys) {
  std::filesystem::path folder = std::filesystem::weakly_canonical(folder_of(file));
  return {tenant, keyed(keys, "store|" + tenant),
          keyed(keys, "origin|" + machine_id() + "|" + folder.string())};
}

std::filesystem::path file_of(const std::string& location) {
  constexpr std::string_view kind = "sqlite:";
  if (!location.starts_with(kind) || location.size() == kind.size())
    throw Error(Next::fix_settings, "store: expected sqlite:FILE, the only kind this build offers");
  return location.substr(kind.size());
}

std::unique_ptr<sqlite::Database> open_existing(const std::filesystem::path& file,
                                                const Identity& identity, sqlite::Access access) {
  auto database = std::make_unique<sqlite::Database>(file, access, busy_wait_ms);
  try {
    check_schema(*database, file);
    bring_forward_if_older(*database, file, access);
    check_identity(*database, file, identity);
    database->run(
        "PRAGMA cache_size = -32768; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY");
    if (access == sqlite::Access::write)
      database->run(
          "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; "
          "PRAGMA journal_size_limit = 67108864");
  } catch (const Error& error) {
    if (std::string_view(error.what()).find("damaged") == std::string_view::npos) throw;
    throw Error(error.next,
                std::string(error.what()) + "; a second look says: " + found_damage(file));
  }
  return database;
}

std::filesystem::path Building::building_file(const std::filesystem::path& file) {
  return file.string() + ".building";
}

Building::Building(std::filesystem::path file, const Identity& identity)
    : file_(std::move(file)),
      building_(building_file(file_)),
      lock_(open(building_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  if (lock_.descriptor() < 0) throw world::trouble(errno, "make", building_);
  if (flock(lock_.descriptor(), LOCK_EX | LOCK_NB) != 0)
    throw Error(Next::retry, building_.string() +
                                 ": another run is building this store; wait until it has ended");
  // What a dead run left is thrown away.
  if (ftruncate(lock_.descriptor(), 0) != 0) throw world::trouble(errno, "empty", building_);
  database_ = std::make_unique<sqlite::Database>(building_, sqlite::Access::write, busy_wait_ms);
  database_->run(("PRAGMA page_size = " + std::to_string(page_size)).c_str());
  database_->run(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
  database_->run(
      "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; "
      "PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON; BEGIN");
  bring_forward(*database_);
  sqlite::Statement(*database_, "INSERT INTO store VALUES(1, ?, ?, ?, 0, 0)")
      .bind_text(identity.tenant)
      .bind_text(identity.key_check)
      .bind_text(identity.origin)
      .execute();
}

Building::~Building() {
  database_.reset();
  if (!is_published_) unlink(building_.c_str());
}

void Building::publish() {
  database_->run("COMMIT");
  database_.reset();
  if (fsync(lock_.descriptor()) != 0) throw world::trouble(errno, "write", building_);
  // A log left beside a store that somebody moved away would be replayed into this one.
  for (const char* left : {"-wal", "-shm", "-journal"}) unlink((file_.string() + left).c_str());
  if (rename(building_.c_str(), file_.c_str()) != 0) throw world::trouble(errno, "make", file_);
  is_published_ = true;
  world::flush_folder(folder_of(file_));
}

}  // namespace homeroom::store
