// postgres: the door of sql over a PostgreSQL server. The role of the connection has one schema, of
// its own name, and sees no other.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "hub/postgres/connection.hpp"
#include "hub/postgres/dialect.hpp"
#include "hub/postgres/waiting_rows.hpp"
#include "hub/sql/sql.hpp"

namespace homeroom::postgres {

/// What one writer at a time is agreed upon for; each has a lock of its own, and a table of one row
/// with the columns `version` and `mark`.
enum class Lock : uint8_t { store, book };
constexpr const char* mark_table_of(Lock lock) {
  return lock == Lock::store ? "homeroom_store" : "homeroom_book";
}

class OnPostgres final : public sql::Database {
 public:
  /// Locks are those of PostgreSQL's advisory ones: a session that dies gives them back, and every
  /// transaction that writes makes sure of its own again.
  OnPostgres(const std::string& conninfo, Lock lock) : connection_(conninfo), lock_(lock) {}

  /// For as long as the session lives. False while another one has it.
  bool lock_for_ever();
  /// Who has it, for people; empty if nobody has.
  std::string holder();

  bool has_table(std::string_view name) { return tables().contains(name); }
  const Tables& tables();
  void forget_tables() { tables_.clear(); }  ///< another session may have made some
  Connection& connection() { return connection_; }

  std::unique_ptr<sql::Prepared> prepare(std::string_view sql, sql::Rows rows) override;
  /// Tables may be defined here in SQLite's words.
  void run(const std::string& sql) override;
  void begin_reading() override;
  void begin_writing() override;
  /// Throws sql::CommittedAndLost, or that nothing was changed, or that nobody can know.
  void commit() override;
  void rollback() noexcept override;
  bool is_in_transaction() const override { return connection_.is_in_transaction(); }
  bool is_lost() const override { return connection_.is_lost(); }

  /// Rows that wait for this table.
  WaitingRows& waiting(std::string_view table);
  /// Sends the rows that wait for one of these tables.
  void flush(const std::vector<std::string>& tables);
  std::string next_name() { return "h" + std::to_string(++names_); }

 private:
  int64_t lock_number() const;
  void flush_all();
  struct Marks {
    std::string left, before;
  };
  const char* mark_table() const { return mark_table_of(lock_); }
  Marks leave_mark();
  void find_out(const Marks& marks);

  Connection connection_;
  Lock lock_;
  Tables tables_;
  std::map<std::string, WaitingRows, std::less<>> waiting_;
  uint64_t names_ = 0;
  bool is_writing_ = false;
};

}  // namespace homeroom::postgres
