// sql: one door for statements, whichever database a store lies in. What is said through it is the
// part of SQLite's language that PostgreSQL speaks too: parameters are `?` or `?1`, a row takes the
// place of the one of its key by REPLACE INTO. Values are whole numbers and bytes; texts are bytes.
// Why, and what is translated: docs/decisions/0035-one-door-for-two-databases.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "homeroom/error.hpp"

namespace homeroom::sql {

/// The connection was lost while the database was asked to commit, and it did.
struct CommittedAndLost : Error {
  explicit CommittedAndLost(const std::string& message) : Error(Next::retry, message) {}
};

/// How many rows a statement gives: some, or perhaps more than should be held in memory at once.
enum class Rows : uint8_t { few, many };

/// What a database makes of a statement. Used through Statement.
class Prepared {
 public:
  virtual ~Prepared() = default;
  virtual void bind(int64_t value) = 0;
  virtual void bind_text(std::string_view value) = 0;
  virtual void bind_bytes(std::string_view value) = 0;
  virtual void bind_null() = 0;
  virtual bool step() = 0;
  virtual void reset() = 0;
  virtual int64_t integer(int column) const = 0;
  virtual bool is_null(int column) const = 0;
  virtual std::string_view bytes(int column) const = 0;
};

/// A connection; closed when it goes away. For one thread at a time. Every failure throws Error
/// naming the database and what to do.
class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  virtual std::unique_ptr<Prepared> prepare(std::string_view sql, Rows rows) = 0;
  /// Runs statements without results; for what concerns whole tables.
  virtual void run(const std::string& sql) = 0;

  /// Until commit() or rollback() all reads are of one moment.
  virtual void begin_reading() = 0;
  /// As the one writer; another one that is at work is an error.
  virtual void begin_writing() = 0;
  virtual void commit() = 0;
  /// Also after a failure, and when nothing is open any more.
  virtual void rollback() noexcept = 0;
  virtual bool is_in_transaction() const = 0;
  /// Nothing can be done with it any more.
  virtual bool is_lost() const { return false; }

  /// The first column of the first row, 0 if there is none.
  int64_t number(std::string_view sql);
  std::string text(std::string_view sql);
};

/// A prepared statement, kept for as long as its owner lives. Bind in order, step, reset.
/// Bound bytes are not copied: they must live until reset().
class Statement {
 public:
  Statement(Database& database, std::string_view sql, Rows rows = Rows::few)
      : prepared_(database.prepare(sql, rows)) {}

  Statement& bind(int64_t value) {
    prepared_->bind(value);
    return *this;
  }
  Statement& bind_text(std::string_view value) {
    prepared_->bind_text(value);
    return *this;
  }
  Statement& bind_bytes(std::string_view value) {
    prepared_->bind_bytes(value);
    return *this;
  }
  Statement& bind_null() {
    prepared_->bind_null();
    return *this;
  }

  /// True while there is a row.
  bool step() { return prepared_->step(); }
  void reset() { prepared_->reset(); }
  /// Steps a statement without results, then resets it.
  void execute();

  int64_t integer(int column) const { return prepared_->integer(column); }
  bool is_null(int column) const { return prepared_->is_null(column); }
  /// Text or bytes of the current row; valid until the next step or reset.
  std::string_view bytes(int column) const { return prepared_->bytes(column); }
  std::string string(int column) const { return std::string(bytes(column)); }

 private:
  std::unique_ptr<Prepared> prepared_;
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

/// Writing from now on; rolled back when it goes away without commit().
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) { database_.begin_writing(); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (is_open_) database_.rollback();
  }
  void commit() {
    database_.commit();
    is_open_ = false;
  }

 private:
  Database& database_;
  bool is_open_ = true;
};

}  // namespace homeroom::sql
