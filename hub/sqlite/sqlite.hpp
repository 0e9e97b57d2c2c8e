// sqlite: one connection to an SQLite file and its prepared statements, over the C API. It knows
// nothing of what is stored; the rooms keys and store are its only users.
// Why not Poco::Data: docs/decisions/0002-sqlite-c-api.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace homeroom::sqlite {

/// `build`: nobody else looks into the file, and it is not worth keeping if this program dies.
enum class Access : uint8_t { read, write, build };

/// A connection; closed when it goes away. For one thread at a time.
class Database {
 public:
  /// Opens a file that exists. A lock held by others is waited for `busy_wait_ms`.
  /// Every failure throws Error naming the file and what to do.
  Database(const std::filesystem::path& file, Access access, int busy_wait_ms = 5000);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// Runs statements without results; for pragmas, transactions and migrations.
  void run(const char* sql);
  /// The first column of the first row, 0 if there is none.
  int64_t number(const char* sql);
  std::string text(const char* sql);
  bool is_in_transaction() const;

  const std::filesystem::path& file() const { return file_; }
  sqlite3* handle() const { return handle_; }

  /// Throws what the last SQLite code means for people: full disk, lock, damage.
  [[noreturn]] void raise(int code, const char* doing) const;

 private:
  std::filesystem::path file_;
  sqlite3* handle_ = nullptr;
};

/// Writes what a database holds at this moment into a new file of mode 0600, durably; others may go
/// on writing the database meanwhile. Throws when the file exists.
void copy(const std::filesystem::path& file, const std::filesystem::path& to);

/// A prepared statement, kept for as long as its owner lives. Bind in order, step, reset.
/// Bound bytes are not copied: they must live until reset().
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  Statement& bind(int64_t value);
  Statement& bind_text(std::string_view value);
  Statement& bind_bytes(std::string_view value);
  Statement& bind_null();

  /// True while there is a row.
  bool step();
  void reset();
  /// Steps a statement without results, then resets it.
  void execute();

  int64_t integer(int column) const;
  bool is_null(int column) const;
  /// Text or bytes of the current row; valid until the next step or reset.
  std::string_view bytes(int column) const;
  std::string string(int column) const { return std::string(bytes(column)); }

 private:
  void check(int code) const;
  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
  int next_ = 1;
};

/// Resets a kept statement at the end of a scope, also when a step throws.
class Use {
 public:
  explicit Use(Statement& statement) : statement_(statement) {}
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use() { statement_.reset(); }
  Statement* operator->() const { return &statement_; }

 private:
  Statement& statement_;
};

/// BEGIN IMMEDIATE now; rolled back when it goes away without commit().
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) {
    database_.run("BEGIN IMMEDIATE");
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
  bool is_open_ = true;
};

}  // namespace homeroom::sqlite
