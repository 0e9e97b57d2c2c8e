#include "hub/store/job_book.hpp"

#include <chrono>
#include <thread>

#include <fcntl.h>

#include "homeroom/error.hpp"
#include "hub/postgres/postgres.hpp"
#include "hub/sql/on_sqlite.hpp"
#include "hub/store/postgres_place.hpp"
#include "hub/store/sqlite_place.hpp"
#include "hub/world/trouble.hpp"
#include "hub/world/world.hpp"

namespace homeroom::store {

namespace {

using jobs::Item;
using jobs::ItemState;

constexpr int64_t book_id = 0x48524A42;  // "HRJB"
constexpr int64_t newest_version = 1;

constexpr const char* tables = R"(
CREATE TABLE book(one INTEGER PRIMARY KEY CHECK (one = 1), tenant TEXT NOT NULL);
CREATE TABLE schedule(
  job TEXT PRIMARY KEY, planned_ms INTEGER NOT NULL, taken_ms INTEGER NOT NULL,
  late_told_ms INTEGER NOT NULL, failures INTEGER NOT NULL, good_day INTEGER,
  paused_why TEXT NOT NULL, paused_by TEXT NOT NULL, paused_ms INTEGER NOT NULL);
CREATE TABLE work_item(
  id INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, step TEXT NOT NULL, part INTEGER NOT NULL,
  state INTEGER NOT NULL, attempt INTEGER NOT NULL, crashes INTEGER NOT NULL, fence INTEGER NOT NULL,
  lease_until INTEGER NOT NULL, boot TEXT NOT NULL, owner TEXT NOT NULL, order_key TEXT NOT NULL,
  not_before_ms INTEGER NOT NULL, last_error TEXT NOT NULL, job TEXT NOT NULL,
  planned_ms INTEGER NOT NULL, arguments TEXT NOT NULL, is_by_person INTEGER NOT NULL,
  outcome TEXT NOT NULL, run_number INTEGER NOT NULL, started_ms INTEGER NOT NULL,
  ended_ms INTEGER NOT NULL, UNIQUE (run, step, part));
CREATE INDEX open_item ON work_item(order_key, id) WHERE state IN (0, 1, 3, 4);
CREATE INDEX item_of_job ON work_item(job, step, id);
)";

constexpr std::string_view columns =
    "id, run, step, part, state, attempt, crashes, fence, lease_until, boot, owner, order_key, "
    "not_before_ms, last_error, job, planned_ms, arguments, is_by_person, outcome, run_number, "
    "started_ms, ended_ms";

std::string select(std::string_view rest) {
  std::string sql = "SELECT ";
  return sql.append(columns).append(" FROM work_item ").append(rest);
}

Item item_at(const sql::Statement& row) {
  Item item;
  int column = 0;
  auto number = [&] { return row.integer(column++); };
  auto text = [&] { return row.string(column++); };
  item.id = static_cast<uint64_t>(number());
  item.run = text();
  item.step = text();
  item.part = static_cast<uint32_t>(number());
  item.state = static_cast<ItemState>(number());
  item.attempt = static_cast<uint32_t>(number());
  item.crashes = static_cast<uint32_t>(number());
  item.fence = static_cast<uint64_t>(number());
  item.lease_until = number();
  item.boot = text();
  item.owner = text();
  item.order_key = text();
  item.not_before_ms = number();
  item.last_error = text();
  item.job = text();
  item.planned_ms = number();
  item.arguments = text();
  item.is_by_person = number() != 0;
  item.outcome = text();
  item.run_number = static_cast<uint64_t>(number());
  item.started_ms = number();
  item.ended_ms = number();
  return item;
}

/// Whether a statement with RETURNING changed its row. It commits at its end and not at its row:
/// what is believed before that is gone when the disk is full.
bool is_written(const sql::Use& change) {
  bool has_row = false;
  while (change->step()) has_row = true;
  return has_row;
}

void make_file(const std::filesystem::path& file) {
  world::make_folder(std::filesystem::absolute(file).parent_path());
  world::File made(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (made.descriptor() < 0) throw world::trouble(errno, "make", file);
}

Error refused(const std::string& name, const char* why) {
  return {Next::fix_settings, name + ": " + why};
}

void say_tenant(sql::Database& database, const std::string& tenant) {
  sql::Statement(database, "INSERT INTO book VALUES(1, ?)").bind_text(tenant).execute();
}

void check(sql::Database& database, const std::string& name, int64_t version,
           const std::string& tenant) {
  if (version > newest_version)
    throw refused(name, "it was written by a newer Homeroom; install that version");
  if (database.text("SELECT tenant FROM book") != tenant)
    throw refused(name, "it belongs to another tenant; move it away, schedules begin anew then");
}

/// Of two who make the file at once one is refused while the other changes the journal: SQLite does
/// not wait for that.
void write_ahead(sql::Database& database) {
  using std::chrono::milliseconds;
  constexpr milliseconds pause{10}, patience{10'000};
  for (milliseconds waited{0};; waited += pause) try {
      return database.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    } catch (const Error& error) {
      if (error.next != Next::retry || waited >= patience) throw;
      std::this_thread::sleep_for(pause);
    }
}

std::unique_ptr<sql::Database> open_file(const std::filesystem::path& file,
                                         const std::string& tenant) {
  make_file(file);
  auto database = std::make_unique<sql::OnSqlite>(file, sqlite::Access::write, 10'000);
  write_ahead(*database);
  {
    sql::Transaction transaction(*database);
    if (database->number("SELECT count(*) FROM sqlite_schema") == 0) {
      database->run(tables);
      database->run("PRAGMA application_id = " + std::to_string(book_id));
      database->run("PRAGMA user_version = " + std::to_string(newest_version));
      say_tenant(*database, tenant);
    }
    transaction.commit();
  }
  if (database->number("PRAGMA application_id") != book_id)
    throw refused(file.string(), "it is a database, but no book of jobs; move it away");
  check(*database, file.string(), database->number("PRAGMA user_version"), tenant);
  return database;
}

std::unique_ptr<sql::Database> open_on_postgres(const std::string& location,
                                                const std::string& tenant) {
  auto database =
      std::make_unique<postgres::OnPostgres>(conninfo_of(location), postgres::Lock::book);
  if (!database->has_table("homeroom_book")) {
    sql::Transaction transaction(*database);  // waits for another one that makes it just now
    database->forget_tables();
    if (!database->has_table("homeroom_book")) {
      database->run(tables);
      database->run(
          "CREATE TABLE homeroom_book(version INTEGER NOT NULL, mark TEXT NOT NULL); "
          "INSERT INTO homeroom_book VALUES(" +
          std::to_string(newest_version) + ", '')");
      say_tenant(*database, tenant);
    }
    transaction.commit();
  }
  check(*database, database->connection().name(),
        database->number("SELECT version FROM homeroom_book"), tenant);
  return database;
}

}  // namespace

struct JobBook::Statements {
  explicit Statements(sql::Database& d)
      : schedule(d,
                 "SELECT job, planned_ms, taken_ms, late_told_ms, failures, good_day, paused_why, "
                 "paused_by, paused_ms FROM schedule WHERE job = ?"),
        put_schedule(d, "REPLACE INTO schedule VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        add(d,
            "INSERT INTO work_item(run, step, part, state, attempt, crashes, fence, lease_until, "
            "boot, owner, order_key, not_before_ms, last_error, job, planned_ms, arguments, "
            "is_by_person, outcome, run_number, started_ms, ended_ms) "
            "VALUES(?, ?, ?, ?, 0, 0, 0, 0, '', '', ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?) "
            "ON CONFLICT DO NOTHING RETURNING id"),
        item(d, select("WHERE id = ?")),
        claim(d,
              std::string("UPDATE work_item SET state = 1, attempt = attempt + 1, "
                          "fence = fence + 1, owner = ?, boot = ?, lease_until = ?, "
                          "started_ms = ? WHERE id = (SELECT id FROM work_item w "
                          "WHERE state IN (0, 3) AND step = ? AND not_before_ms <= ? "
                          "AND NOT EXISTS (SELECT 1 FROM work_item o WHERE "
                          "o.order_key = w.order_key AND o.id < w.id AND o.state IN (0, 1, 3, 4)) "
                          "ORDER BY not_before_ms, id LIMIT 1) RETURNING ")
                  .append(columns)),
        extend(d,
               "UPDATE work_item SET lease_until = ? WHERE id = ? AND fence = ? AND state = 1 "
               "RETURNING id"),
        settle(d,
               "UPDATE work_item SET state = ?, attempt = ?, crashes = ?, owner = ?, "
               "not_before_ms = ?, last_error = ?, outcome = ?, run_number = ?, ended_ms = ? "
               "WHERE id = ? AND fence = ? AND state = 1 RETURNING id"),
        settle_unleased(d,
                        "UPDATE work_item SET state = ?, outcome = ?, last_error = ?, ended_ms = ? "
                        "WHERE id = ? AND state <> 1 RETURNING id"),
        leased(d, select("WHERE state = 1 ORDER BY id")),
        newest(d, select("WHERE (job = ?1 OR ?1 = '') AND step = ?2 ORDER BY id DESC LIMIT ?3")),
        open(d, select("WHERE job = ? AND step = 'run' AND state IN (0, 1, 3, 4) ORDER BY id")),
        counts(d, "SELECT state, count(*) FROM work_item GROUP BY state"),
        oldest(d,
               "SELECT min(not_before_ms) FROM work_item WHERE state IN (0, 3) AND "
               "not_before_ms <= ?"),
        forget(d, "DELETE FROM work_item WHERE state IN (2, 5) AND ended_ms < ?") {}
  sql::Statement schedule, put_schedule, add, item, claim, extend, settle, settle_unleased, leased,
      newest, open, counts, oldest, forget;
};

std::filesystem::path JobBook::file_of(const std::string& location) {
  return store::file_of(location).string() + ".jobs";
}

bool JobBook::is_there(const std::string& location) {
  if (!is_on_postgres(location)) return std::filesystem::exists(file_of(location));
  return postgres::OnPostgres(conninfo_of(location), postgres::Lock::book).has_table("book");
}

bool JobBook::has_table(std::string_view name) {
  return name == "book" || name == "schedule" || name == "work_item" || name == "homeroom_book";
}

JobBook::JobBook(const std::string& location, const std::string& tenant)
    : is_shared_(is_on_postgres(location)), open_([location, tenant] {
        return is_on_postgres(location) ? open_on_postgres(location, tenant)
                                        : open_file(file_of(location), tenant);
      }) {
  reopen();
}

JobBook::JobBook() {
  database_ = std::make_unique<sql::OnSqlite>(":memory:", sqlite::Access::write, 0);
  database_->run(tables);
  all_ = std::make_unique<Statements>(*database_);
}

JobBook::~JobBook() = default;

void JobBook::reopen() {
  all_.reset();
  database_ = open_();
  all_ = std::make_unique<Statements>(*database_);
}

/// A daemon outlives its server. A session that is gone held nothing: another one takes its place.
JobBook::Statements& JobBook::ready() {
  if (database_->is_lost()) reopen();
  return *all_;
}

template <class Change>
auto JobBook::written(Change change) {
  std::lock_guard lock(mutex_);
  auto& all = ready();
  if (database_->is_in_transaction()) return change(all);
  sql::Transaction transaction(*database_);
  auto answer = change(all);
  transaction.commit();
  return answer;
}

std::optional<int64_t> JobBook::shared_clock_ms() {
  if (!is_shared_) return std::nullopt;
  std::lock_guard lock(mutex_);
  ready();
  return database_->number("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint");
}

void JobBook::atomically(const std::function<void()>& change) {
  std::lock_guard lock(mutex_);
  ready();
  sql::Transaction transaction(*database_);
  change();
  transaction.commit();
}

std::optional<jobs::ScheduleState> JobBook::schedule(const std::string& job) {
  std::lock_guard lock(mutex_);
  sql::Use row(ready().schedule);
  row->bind_text(job);
  if (!row->step()) return std::nullopt;
  jobs::ScheduleState state;
  state.job = row->string(0);
  state.planned_ms = row->integer(1);
  state.taken_ms = row->integer(2);
  state.late_told_ms = row->integer(3);
  state.failures = static_cast<uint32_t>(row->integer(4));
  if (!row->is_null(5)) state.good_day = static_cast<int32_t>(row->integer(5));
  state.paused_why = row->string(6);
  state.paused_by = row->string(7);
  state.paused_ms = row->integer(8);
  return state;
}

void JobBook::put_schedule(const jobs::ScheduleState& state) {
  written([&](Statements& all) {
    auto& put = all.put_schedule;
    put.bind_text(state.job).bind(state.planned_ms).bind(state.taken_ms).bind(state.late_told_ms);
    put.bind(state.failures);
    state.good_day ? put.bind(*state.good_day) : put.bind_null();
    put.bind_text(state.paused_why).bind_text(state.paused_by).bind(state.paused_ms).execute();
    return true;
  });
}

bool JobBook::add(const Item& item) {
  return written([&](Statements& all) {
    sql::Use add(all.add);
    add->bind_text(item.run).bind_text(item.step).bind(item.part);
    add->bind(static_cast<int64_t>(item.state)).bind_text(item.order_key).bind(item.not_before_ms);
    add->bind_text(item.last_error).bind_text(item.job).bind(item.planned_ms);
    add->bind_text(item.arguments).bind(item.is_by_person).bind_text(item.outcome);
    add->bind(static_cast<int64_t>(item.run_number)).bind(item.ended_ms);
    return is_written(add);
  });
}

std::optional<Item> JobBook::item(uint64_t id) {
  std::lock_guard lock(mutex_);
  sql::Use row(ready().item);
  row->bind(static_cast<int64_t>(id));
  if (!row->step()) return std::nullopt;
  return item_at(*row.operator->());
}

std::optional<Item> JobBook::claim(const std::string& step, int64_t now_ms,
                                   const std::string& owner, const std::string& boot,
                                   int64_t lease_until) {
  return written([&](Statements& all) {
    sql::Use row(all.claim);
    row->bind_text(owner)
        .bind_text(boot)
        .bind(lease_until)
        .bind(now_ms)
        .bind_text(step)
        .bind(now_ms);
    std::optional<Item> claimed;
    while (row->step()) claimed = item_at(*row.operator->());  // to the end, as in is_written
    return claimed;
  });
}

bool JobBook::extend(uint64_t id, uint64_t fence, int64_t lease_until) {
  return written([&](Statements& all) {
    sql::Use row(all.extend);
    row->bind(lease_until).bind(static_cast<int64_t>(id)).bind(static_cast<int64_t>(fence));
    return is_written(row);
  });
}

bool JobBook::settle(const Item& item) {
  return written([&](Statements& all) {
    sql::Use row(all.settle);
    row->bind(static_cast<int64_t>(item.state)).bind(item.attempt).bind(item.crashes);
    row->bind_text(item.owner).bind(item.not_before_ms).bind_text(item.last_error);
    row->bind_text(item.outcome).bind(static_cast<int64_t>(item.run_number)).bind(item.ended_ms);
    row->bind(static_cast<int64_t>(item.id)).bind(static_cast<int64_t>(item.fence));
    return is_written(row);
  });
}

bool JobBook::settle_unleased(const Item& item) {
  return written([&](Statements& all) {
    sql::Use row(all.settle_unleased);
    row->bind(static_cast<int64_t>(item.state)).bind_text(item.outcome).bind_text(item.last_error);
    row->bind(item.ended_ms).bind(static_cast<int64_t>(item.id));
    return is_written(row);
  });
}

namespace {

std::vector<Item> all_of(sql::Use& rows) {
  std::vector<Item> items;
  while (rows->step()) items.push_back(item_at(*rows.operator->()));
  return items;
}

}  // namespace

std::vector<Item> JobBook::leased() {
  std::lock_guard lock(mutex_);
  sql::Use rows(ready().leased);
  return all_of(rows);
}

std::vector<Item> JobBook::newest(const std::string& job, const std::string& step, uint32_t most) {
  std::lock_guard lock(mutex_);
  sql::Use rows(ready().newest);
  rows->bind_text(job).bind_text(step).bind(most);
  return all_of(rows);
}

std::vector<Item> JobBook::open(const std::string& job) {
  std::lock_guard lock(mutex_);
  sql::Use rows(ready().open);
  rows->bind_text(job);
  return all_of(rows);
}

std::map<ItemState, uint64_t> JobBook::counts() {
  std::lock_guard lock(mutex_);
  sql::Use rows(ready().counts);
  std::map<ItemState, uint64_t> counts;
  while (rows->step())
    counts[static_cast<ItemState>(rows->integer(0))] = static_cast<uint64_t>(rows->integer(1));
  return counts;
}

std::optional<int64_t> JobBook::oldest_ready_ms(int64_t now_ms) {
  std::lock_guard lock(mutex_);
  sql::Use row(ready().oldest);
  row->bind(now_ms);
  if (!row->step() || row->is_null(0)) return std::nullopt;
  return row->integer(0);
}

void JobBook::forget_ended(int64_t before_ms) {
  written([&](Statements& all) {
    all.forget.bind(before_ms).execute();
    return true;
  });
}

}  // namespace homeroom::store
