#include "hub/sqlite/sqlite.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/sqlite/gathered_writes.hpp"

namespace homeroom::sqlite {

namespace {

std::string advice(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "the disk is full; free some space and run again, nothing was changed";
    case SQLITE_IOERR:
      return "reading or writing it failed; look at the disk, nothing was changed";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another run is writing to it; wait until that one has ended";
    case SQLITE_NOTADB:
      return "it is not a database of Homeroom; name another file or move it away";
    case SQLITE_CORRUPT:  // said of a read that the disk refused, too
      return "it is damaged, or the disk did not read it; look at the disk, and if that is well "
             "restore it from the last backup";
    case SQLITE_CANTOPEN:
      return "it cannot be opened; look at the path and who may read it";
    case SQLITE_READONLY:
      return "it may not be written to; look at the rights of file and folder";
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "access is refused; look at the rights of file and folder";
    default:
      return "this is a mistake in the program, please report it";
  }
}

/// Whether file and folder may be written to by this account.
bool has_rights(const std::filesystem::path& file) {
  auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  std::error_code trouble;
  return std::filesystem::is_regular_file(file, trouble) &&
         access(file.c_str(), R_OK | W_OK) == 0 && access(folder.c_str(), W_OK | X_OK) == 0;
}

Next next_step(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Next::retry;
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Next::fix_settings;
    default:
      return Next::fail;
  }
}

}  // namespace

Database::Database(const std::filesystem::path& file, Access access, int busy_wait_ms)
    : file_(file) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE;
  const char* system = access == Access::build ? gathered_writes() : nullptr;
  int code = sqlite3_open_v2(file.c_str(), &handle_, flags, system);
  if (code != SQLITE_OK) {
    sqlite3_close_v2(std::exchange(handle_, nullptr));
    raise(code, "open");
  }
  sqlite3_busy_timeout(handle_, busy_wait_ms);
  if (access == Access::read) run("PRAGMA query_only = ON");
}

Database::~Database() {
  sqlite3_close_v2(handle_);
}

void Database::raise(int code, const char* doing) const {
  // A failing disk and too many open files are called so, too: where SQLite cannot write it tries
  // to read, and tells what came of that.
  auto kind = code & 0xff;
  if ((kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY) && has_rights(file_))
    code = SQLITE_IOERR;
  std::string message = "cannot " + std::string(doing) + " " + file_.string() + ": " + advice(code);
  // SQLite's own words name tables and columns of ours, never a value that was bound.
  message += " (SQLite " + std::to_string(code) + ": " +
             (handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(code)) + ")";
  throw Error(next_step(code), message);
}

void Database::run(const char* sql) {
  int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) raise(code, "use");
}

int64_t Database::number(const char* sql) {
  Statement asked(*this, sql);
  return asked.step() ? asked.integer(0) : 0;
}

std::string Database::text(const char* sql) {
  Statement asked(*this, sql);
  return asked.step() ? asked.string(0) : std::string();
}

bool Database::is_in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
  check(sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &handle_, nullptr));
}

void copy(const std::filesystem::path& file, const std::filesystem::path& to) {
  auto failed = [&](const char* doing) {
    return Error(Next::fail, "cannot " + std::string(doing) + ' ' + to.string() + ": " +
                                 std::generic_category().message(errno));
  };
  // SQLite writes into an empty file as it is: made here so that nobody else can read it.
  int made = open(to.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (made < 0) throw failed("make");
  try {
    Database database(file, Access::write);
    Statement(database, "VACUUM INTO ?").bind_text(to.native()).execute();
    if (fsync(made) != 0) throw failed("write");
  } catch (...) {
    close(made);
    unlink(to.c_str());
    throw;
  }
  close(made);
}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      handle_(std::exchange(other.handle_, nullptr)),
      next_(other.next_) {}

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

Statement& Statement::bind(int64_t value) {
  check(sqlite3_bind_int64(handle_, next_++, value));
  return *this;
}

Statement& Statement::bind_text(std::string_view value) {
  check(sqlite3_bind_text64(handle_, next_++, value.data() ? value.data() : "", value.size(),
                            SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_bytes(std::string_view value) {
  check(sqlite3_bind_blob64(handle_, next_++, value.data() ? value.data() : "", value.size(),
                            SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_null() {
  check(sqlite3_bind_null(handle_, next_++));
  return *this;
}

bool Statement::step() {
  int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3_reset(handle_);
  database_.raise(code, "use");
}

void Statement::reset() {
  sqlite3_reset(handle_);
  next_ = 1;
}

void Statement::execute() {
  Use use(*this);
  while (step()) continue;
}

int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return data ? std::string_view(data, size) : std::string_view();
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) database_.raise(code, "use");
}

Transaction::~Transaction() {
  // A failed commit (disk full) may have rolled back already; nothing is left to say here.
  if (is_open_ && database_.is_in_transaction())
    sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.run("COMMIT");
  is_open_ = false;
}

}  // namespace homeroom::sqlite
