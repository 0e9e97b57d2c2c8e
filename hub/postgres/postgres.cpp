#include "hub/postgres/postgres.hpp"

#include <chrono>
#include <random>
#include <thread>
#include <utility>

#include "hub/postgres/statements.hpp"

namespace homeroom::postgres {

namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait_for_lock = 2s;     ///< the server may not have missed a dead one yet
constexpr auto longest_wait_for_answer = 60s;  ///< for a server that starts again

/// Answers true within the time, or false.
template <class Ask>
bool comes_true(std::chrono::milliseconds within, std::chrono::milliseconds pause, Ask ask) {
  auto until = std::chrono::steady_clock::now() + within;
  while (!ask()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

bool is_true(const Result& answer) {
  return answer.bytes(0, 0) == "t";
}

}  // namespace

int64_t OnPostgres::lock_number() const {
  constexpr int64_t ours = 0x4852524D;  // "HRRM", beside the schema's number
  return (ours + static_cast<int64_t>(lock_)) << 32 | connection_.schema();
}

bool OnPostgres::lock_for_ever() {
  auto sql = "SELECT pg_try_advisory_lock(" + std::to_string(lock_number()) + ")";
  return comes_true(longest_wait_for_lock, 50ms, [&] { return is_true(connection_.run(sql)); });
}

std::string OnPostgres::holder() {
  auto number = lock_number();
  auto found = connection_.run(
      "SELECT coalesce(a.client_hostname, host(a.client_addr), 'this machine'), a.pid, "
      "to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') "
      "FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND "
      "l.granted AND l.classid = " +
      std::to_string(number >> 32) + " AND l.objid = " + std::to_string(number & UINT32_MAX) +
      " LIMIT 1");
  if (found.rows() == 0) return {};
  return "a session from " + found.text(0, 0) + ", server process " + found.text(0, 1) +
         ", since " + found.text(0, 2);
}

const Tables& OnPostgres::tables() {
  if (!tables_.empty()) return tables_;
  auto found = connection_.run(
      "SELECT c.relname, a.attname, a.atttypid = 'int8'::regtype, "
      "coalesce(a.attnum = ANY(i.indkey), false) FROM pg_class c "
      "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
      "LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary "
      "WHERE c.relkind = 'r' AND c.relnamespace = " +
      std::to_string(connection_.schema()) + " ORDER BY c.relname, a.attnum");
  for (int row = 0; row < found.rows(); ++row) {
    auto& table = tables_[found.text(row, 0)];
    table.name = found.text(row, 0);
    table.columns.push_back({found.text(row, 1), found.bytes(row, 2) == "t"});
    if (found.bytes(row, 3) == "t") table.key.push_back(found.text(row, 1));
  }
  return tables_;
}

std::unique_ptr<sql::Prepared> OnPostgres::prepare(std::string_view sql, sql::Rows rows) {
  return prepared(*this, sql, rows);
}

void OnPostgres::run(const std::string& sql) {
  flush_all();
  connection_.run(definitions_in_postgres(sql));
  tables_.clear();
  waiting_.clear();
}

void OnPostgres::begin_reading() {
  connection_.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

void OnPostgres::begin_writing() {
  auto number = std::to_string(lock_number());
  const std::string begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ";
  try {
    if (lock_ == Lock::book) {
      // A daemon that is frozen in the middle keeps the others from the book until the server ends
      // its session; they wait for longer than that.
      connection_.run(begin +
                      "SET LOCAL idle_in_transaction_session_timeout = '5s'; "
                      "SET LOCAL lock_timeout = '10s'; SELECT pg_advisory_xact_lock(" +
                      number + ")");
      is_writing_ = true;
      return;
    }
    // One that a pooler gave another session of has lost the lock without a word.
    is_writing_ =
        is_true(connection_.run(begin + "SELECT pg_try_advisory_xact_lock(" + number + ")"));
    if (is_writing_) return;
  } catch (...) {
    rollback();
    throw;
  }
  rollback();
  throw Error(Next::retry, "cannot use " + connection_.name() +
                               ": another run is writing to it; wait until that one has ended");
}

void OnPostgres::commit() {
  flush_all();
  Marks marks;
  if (std::exchange(is_writing_, false)) marks = leave_mark();
  try {
    // Of a transaction that has failed COMMIT makes a rollback, and says so only by its name.
    auto answer = connection_.run("COMMIT");
    if (answer.command() != "COMMIT")
      throw Error(Next::fail, "cannot use " + connection_.name() +
                                  ": a statement had failed before; nothing was changed");
  } catch (const Error&) {
    if (connection_.is_lost() && !marks.left.empty()) find_out(marks);
    throw;
  }
}

/// Who loses the session while it commits finds its mark there, or the one of before. The number of
/// the transaction would not do: a server that crashes may give it to another one.
OnPostgres::Marks OnPostgres::leave_mark() {
  std::random_device random;
  Marks marks;
  for (int part = 0; part < 4; ++part) marks.left += std::to_string(random()) + '.';
  auto table = std::string(mark_table());
  auto before = connection_.run("WITH was AS (SELECT encode(mark, 'escape') AS mark FROM " + table +
                                ") UPDATE " + table + " SET mark = '" + marks.left +
                                "' RETURNING (SELECT mark FROM was)");
  marks.before = before.text(0, 0);
  return marks;
}

/// Asks once the server answers again and the lost session is over: its lock is free then.
void OnPostgres::find_out(const Marks& marks) {
  std::string found;
  bool is_answered = comes_true(longest_wait_for_answer, 500ms, [&] {
    try {
      OnPostgres again(connection_.conninfo(), lock_);
      again.begin_writing();
      if (again.has_table(mark_table()))
        found =
            again.connection_.run("SELECT encode(mark, 'escape') FROM " + std::string(mark_table()))
                .text(0, 0);
      again.rollback();
      return true;
    } catch (const Error&) {
      return false;
    }
  });
  if (is_answered && found == marks.left)
    throw sql::CommittedAndLost("the connection to " + connection_.name() +
                                " was lost just after it had stored everything");
  bool is_as_before = found.empty() || found == marks.before;
  if (is_answered && is_as_before) return;
  throw Error(Next::retry, "the connection to " + connection_.name() +
                               " was lost while it was asked to store everything, and it is not "
                               "known whether it did; run again: the next run sees what is there");
}

void OnPostgres::rollback() noexcept {
  is_writing_ = false;
  for (auto& [name, rows] : waiting_) rows.forget();
  tables_.clear();
  if (connection_.is_in_transaction()) connection_.try_run("ROLLBACK");
}

WaitingRows& OnPostgres::waiting(std::string_view table) {
  auto found = waiting_.find(table);
  if (found == waiting_.end())
    found = waiting_
                .emplace(std::piecewise_construct, std::forward_as_tuple(table),
                         std::forward_as_tuple(connection_, tables().find(table)->second))
                .first;
  return found->second;
}

void OnPostgres::flush(const std::vector<std::string>& tables) {
  for (const auto& table : tables)
    if (auto found = waiting_.find(table); found != waiting_.end()) found->second.flush();
}

void OnPostgres::flush_all() {
  for (auto& [name, rows] : waiting_) rows.flush();
}

}  // namespace homeroom::postgres
