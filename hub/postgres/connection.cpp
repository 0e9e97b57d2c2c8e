#include "hub/postgres/connection.hpp"

#include <algorithm>
#include <array>

#include <libpq-fe.h>

#include "homeroom/error.hpp"

namespace homeroom::postgres {

namespace {

constexpr int oldest_server = 150000;

struct Meaning {
  Next next;
  const char* advice;
};

struct Known {
  std::string_view state;  ///< SQLSTATE, or the beginning of one
  Meaning meaning;
};

constexpr Meaning lost = {Next::retry,
                          "the server is gone; what was not published is not there; look at the "
                          "server and run again"};

constexpr std::array known = {
    Known{"08", lost},
    Known{"57P0", lost},
    Known{"53100",
          {Next::fail,
           "the disk of the server is full; free some space and run again, "
           "nothing was changed"}},
    Known{"53",
          {Next::retry,
           "the server has too little left of something; run again later, "
           "nothing was changed"}},
    Known{"55P03", {Next::retry, "another session uses it; wait until that one has ended"}},
    Known{"40", {Next::retry, "another session was in the way; run again, nothing was changed"}},
    Known{"57014",
          {Next::retry,
           "somebody cancelled it at the server, or a time limit there did; "
           "run again, nothing was changed"}},
    Known{"25006",
          {Next::fix_settings,
           "this server only reads, as a standby does; name the "
           "primary in `store`"}},
    Known{"42501",
          {Next::fix_settings,
           "the role may not do that; it wants a schema of its own: "
           "docs/guide/operate.md"}},
    Known{"58", {Next::fail, "the server could not read or write a file; look at its log"}},
    Known{"XX",
          {Next::fail,
           "the server found damage; look at its log, and restore the store from "
           "the last backup if need be"}},
};

Meaning meaning_of(std::string_view state) {
  for (const auto& one : known)
    if (state.starts_with(one.state)) return one.meaning;
  return {Next::fail, "this is a mistake in the program, please report it"};
}

/// What libpq says, on one line.
std::string one_line(const char* text) {
  std::string line = text ? text : "";
  while (!line.empty() && line.back() == '\n') line.pop_back();
  for (std::size_t end; (end = line.find_first_of("\n\t")) != line.npos;)
    line.replace(end, line.find_first_not_of("\n\t", end) - end, " ");
  return line;
}

void say_nothing(void*, const char*) {}

/// What is said to libpq beside the connection string, which may say otherwise. A network that was
/// cut is noticed within two minutes.
constexpr std::array<const char*, 7> names = {"connect_timeout",
                                              "keepalives_idle",
                                              "keepalives_interval",
                                              "keepalives_count",
                                              "tcp_user_timeout",
                                              "fallback_application_name",
                                              "dbname"};

/// The server forgets a client whose machine is gone, and with it its locks. A run waits inside its
/// transaction for slow sources, which is no reason to end it.
constexpr const char* settings = R"(
  SET client_min_messages = warning; SET search_path = "$user"; SET statement_timeout = 0;
  SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET tcp_keepalives_idle = 30;
  SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3;
  SELECT set_config('synchronous_commit', 'on', false) WHERE
    current_setting('synchronous_commit') = 'off';
  SELECT current_user, current_setting('is_superuser'),
    coalesce((SELECT oid FROM pg_namespace WHERE nspname = current_user), 0))";

}  // namespace

int Result::rows() const {
  return PQntuples(result_.get());
}

std::string_view Result::bytes(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

bool Result::is_null(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) != 0;
}

std::string_view Result::command() const {
  return PQcmdStatus(result_.get());
}

void Result::Clear::operator()(pg_result* result) const {
  PQclear(result);
}

bool Connection::is_lost() const {
  return is_ended_ || PQstatus(handle_) == CONNECTION_BAD;
}

Connection::Connection(const std::string& conninfo) : conninfo_(conninfo) {
  try {
    open();
    settle_in();
  } catch (...) {
    PQfinish(handle_);
    throw;
  }
}

Connection::~Connection() {
  PQfinish(handle_);
}

void Connection::open() {
  const std::array<const char*, names.size() + 1> values = {
      "10", "30", "10", "3", "60000", "homeroom", conninfo_.c_str(), nullptr};
  std::array<const char*, names.size() + 1> keys{};
  std::copy(names.begin(), names.end(), keys.begin());
  // A string that libpq cannot read is not repeated, as libpq would: it may hold a password.
  PQconninfoOption* read = PQconninfoParse(conninfo_.c_str(), nullptr);
  bool is_readable = read != nullptr;
  PQconninfoFree(read);
  if (!is_readable)
    throw Error(Next::fix_settings,
                "store: what stands behind postgresql: is no connection string; say "
                "postgresql:host=HOST dbname=DATABASE user=ROLE");
  handle_ = PQconnectdbParams(keys.data(), values.data(), 1);
  auto part = [](const char* text) { return std::string(text ? text : ""); };
  name_ = "PostgreSQL database " + part(PQdb(handle_)) + " of role " + part(PQuser(handle_)) +
          " at " + part(PQhost(handle_));
  if (PQstatus(handle_) == CONNECTION_OK) return;
  // libpq has no codes for this; whether the server answers at all tells the two cases apart.
  bool answers = PQpingParams(keys.data(), values.data(), 1) == PQPING_OK;
  throw Error(answers ? Next::fix_settings : Next::retry,
              "cannot open " + name_ + ": " +
                  (answers ? "the server is there but refuses; look at user, password and dbname "
                             "of `store`"
                           : "no server answers; look whether it runs, and at host and port of "
                             "`store`") +
                  " (" + one_line(PQerrorMessage(handle_)) + ")");
}

void Connection::settle_in() {
  PQsetNoticeProcessor(handle_, say_nothing, nullptr);
  auto refused = [this](const std::string& why) {
    return Error(Next::fix_settings, name_ + ": " + why);
  };
  if (PQserverVersion(handle_) < oldest_server)
    throw refused("the server is older than PostgreSQL 15, the first one that is known to do");
  auto answer = run(settings);
  auto role = answer.text(0, 0);
  if (answer.bytes(0, 1) == "on")
    throw refused(
        "this role may do everything on that server; make one for this district alone: "
        "CREATE ROLE homeroom_NAME LOGIN");
  schema_ = static_cast<uint32_t>(std::stoul(answer.text(0, 2)));
  if (schema_ == 0)
    throw refused(
        "the role has no schema of its own name; once, as the owner of the database: "
        "CREATE SCHEMA " +
        role + " AUTHORIZATION " + role);
}

bool Connection::is_in_transaction() const {
  auto status = PQtransactionStatus(handle_);
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

Result Connection::checked(PGresult* given) {
  Result result(given);
  switch (PQresultStatus(given)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_COPY_IN:
    case PGRES_EMPTY_QUERY:
      return result;
    default:
      break;
  }
  const char* state = PQresultErrorField(given, PG_DIAG_SQLSTATE);
  const char* severity = PQresultErrorField(given, PG_DIAG_SEVERITY_NONLOCALIZED);
  // A server's last word, or libpq's own about the connection, whose status may tell only later.
  is_ended_ = is_ended_ || !state || !severity || std::string_view(severity) != "ERROR";
  auto meaning = is_lost() ? lost : meaning_of(state ? state : "");
  // The first line names tables and columns; details could hold a value and stay out.
  const char* says = PQresultErrorField(given, PG_DIAG_MESSAGE_PRIMARY);
  throw Error(meaning.next, "cannot use " + name_ + ": " + meaning.advice + " (PostgreSQL " +
                                (state ? state : "") + ": " +
                                one_line(says ? says : PQerrorMessage(handle_)) + ")");
}

Result Connection::run(const std::string& sql) {
  return checked(PQexec(handle_, sql.c_str()));
}

void Connection::try_run(const std::string& sql) noexcept {
  PQclear(PQexec(handle_, sql.c_str()));
}

namespace {

int count_of(const Parameters& with) {
  return static_cast<int>(with.values.size());
}

const int* all_binary(std::size_t count) {
  static constexpr std::array<int, 32> ones = [] {
    std::array<int, 32> all{};
    all.fill(1);
    return all;
  }();
  if (count > ones.size()) throw Error(Next::fail, "a statement has too many parameters");
  return ones.data();
}

}  // namespace

Result Connection::execute(const std::string& sql, const Parameters& with) {
  return checked(PQexecParams(handle_, sql.c_str(), count_of(with), with.types.data(),
                              with.values.data(), with.sizes.data(), all_binary(with.values.size()),
                              1));
}

void Connection::prepare(const std::string& name, const std::string& sql, const Parameters& with) {
  checked(PQprepare(handle_, name.c_str(), sql.c_str(), count_of(with), with.types.data()));
}

Result Connection::execute_prepared(const std::string& name, const Parameters& with) {
  return checked(PQexecPrepared(handle_, name.c_str(), count_of(with), with.values.data(),
                                with.sizes.data(), all_binary(with.values.size()), 1));
}

void Connection::copy_in(const std::string& sql, std::string_view rows) {
  static constexpr std::string_view head("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
  static constexpr std::string_view tail("\377\377", 2);
  checked(PQexec(handle_, sql.c_str()));
  bool is_sent = true;
  for (auto part : {head, rows, tail})
    is_sent = is_sent && PQputCopyData(handle_, part.data(), static_cast<int>(part.size())) == 1;
  PQputCopyEnd(handle_, is_sent ? nullptr : "the sender stopped");
  // All results are taken before the first is judged: else the session could not be used again.
  PGresult* first = PQgetResult(handle_);
  while (PGresult* next = PQgetResult(handle_)) PQclear(next);
  checked(first);
}

}  // namespace homeroom::postgres
