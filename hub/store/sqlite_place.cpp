#include "hub/store/sqlite_place.hpp"

#include <cerrno>
#include <fstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/store/store.hpp"
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

Identity identity_of(const std::filesystem::path& file, const std::string& tenant,
                     const keys::KeyRing& keys) {
  std::filesystem::path folder = std::filesystem::weakly_canonical(folder_of(file));
  return {tenant, keyed(keys, "store|" + tenant),
          keyed(keys, "origin|" + machine_id() + "|" + folder.string())};
}

void note_version(sql::Database& database, int64_t version) {
  database.run("PRAGMA user_version = " + std::to_string(version));
}

void check_schema(sql::Database& database, const std::filesystem::path& file) {
  if (database.number("PRAGMA application_id") != application_id)
    throw refused(file, "it is a database, but no store of Homeroom; name another file in `store`");
  check_version(database.number("PRAGMA user_version"), file.string());
}

// What SQLite itself finds wrong, asked only when opening has failed already.
std::string found_damage(const std::filesystem::path& file) try {
  sqlite::Database database(file, sqlite::Access::read, busy_wait_ms);
  return database.text("PRAGMA quick_check(1)");
} catch (const Error&) {
  return "it cannot be read at all";
}

}  // namespace

std::filesystem::path file_of(const std::string& location) {
  constexpr std::string_view kind = "sqlite:";
  if (!location.starts_with(kind) || location.size() == kind.size())
    throw Error(Next::fix_settings, "store: expected sqlite:FILE or postgresql:CONNINFO");
  return location.substr(kind.size());
}

SqlitePlace::SqlitePlace(std::filesystem::path file, const std::string& tenant,
                         const keys::KeyRing& keys, bool for_writing, std::filesystem::path attic)
    : file_(std::move(file)),
      identity_(identity_of(file_, tenant, keys)),
      for_writing_(for_writing),
      attic_(std::move(attic)) {}

void SqlitePlace::bring_forward_if_older(sql::Database& database) {
  auto version = database.number("PRAGMA user_version");
  if (version == newest_schema()) return;
  if (!for_writing_)
    throw refused(file_, "it was written by an older Homeroom; run a job once to bring it forward");
  if (!attic_.empty()) sqlite::copy(file_, place_in_attic(attic_, version));
  sql::Transaction transaction(database);
  bring_forward(database, version);
  note_version(database, newest_schema());
  transaction.commit();
}

sql::Database& SqlitePlace::open() {
  auto access = for_writing_ ? sqlite::Access::write : sqlite::Access::read;
  auto database = std::make_unique<sql::OnSqlite>(file_, access, busy_wait_ms);
  try {
    check_schema(*database, file_);
    check_identity(*database, file_.string(), identity_);
    bring_forward_if_older(*database);
    database->run(
        "PRAGMA cache_size = -16384; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY");
    if (for_writing_)
      database->run(
          "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; "
          "PRAGMA journal_size_limit = 67108864");
  } catch (const Error& error) {
    if (std::string_view(error.what()).find("damaged") == std::string_view::npos) throw;
    throw Error(error.next,
                std::string(error.what()) + "; a second look says: " + found_damage(file_));
  }
  existing_ = std::move(database);
  return *existing_;
}

sql::Database& SqlitePlace::build() {
  building_.reset();
  building_.emplace(file_, identity_);
  return building_->database();
}

sql::Database& SqlitePlace::publish() {
  try {
    building_->publish();
    building_.reset();
    return open();
  } catch (const Error& error) {
    if (building_ && !building_->is_published()) throw;
    throw PublishedAndClosed(error);
  }
}

Error SqlitePlace::nothing_published() {
  bool is_built = std::filesystem::exists(Building::building_file(file_));
  return {Next::fix_settings,
          file_.string() + (is_built ? ": the first run is still building this store; look again "
                                       "when it has ended"
                                     : ": there is no store yet; run a job first")};
}

std::filesystem::path Building::building_file(const std::filesystem::path& file) {
  return file.string() + ".building";
}

Building::Building(std::filesystem::path file, const Identity& identity, int64_t version)
    : file_(std::move(file)),
      building_(building_file(file_)),
      lock_(open(building_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  if (lock_.descriptor() < 0) throw world::trouble(errno, "make", building_);
  if (flock(lock_.descriptor(), LOCK_EX | LOCK_NB) != 0)
    throw Error(Next::retry, building_.string() +
                                 ": another run is building this store; wait until it has ended");
  // What a dead run left is thrown away.
  if (ftruncate(lock_.descriptor(), 0) != 0) throw world::trouble(errno, "empty", building_);
  database_ = std::make_unique<sql::OnSqlite>(building_, sqlite::Access::build, busy_wait_ms);
  database_->run("PRAGMA page_size = " + std::to_string(page_size));
  database_->run("PRAGMA application_id = " + std::to_string(application_id));
  database_->run(
      "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; "
      "PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON; BEGIN");
  bring_forward(*database_, 0, version);
  note_version(*database_, version);
  say_identity(*database_, identity);
}

Building::~Building() {
  database_.reset();
  if (!is_published_) unlink(building_.c_str());
}

void Building::publish() {
  database_->commit();
  database_.reset();
  if (fsync(lock_.descriptor()) != 0) throw world::trouble(errno, "write", building_);
  // A log left beside a store that somebody moved away would be replayed into this one.
  for (const char* left : {"-wal", "-shm", "-journal"}) unlink((file_.string() + left).c_str());
  if (rename(building_.c_str(), file_.c_str()) != 0) throw world::trouble(errno, "make", file_);
  is_published_ = true;
  world::flush_folder(folder_of(file_));
}

}  // namespace homeroom::store
