#include "hub/store/runs.hpp"

namespace homeroom::store {

namespace {

RunRow run_at(const sql::Statement& row) {
  RunRow run;
  run.number = static_cast<uint64_t>(row.integer(0));
  run.job = row.string(1);
  run.status = row.string(2);
  run.report = row.string(3);
  run.started_ms = row.integer(4);
  return run;
}

}  // namespace

uint64_t Runs::next() {
  sql::Statement count(database_, "UPDATE store SET last_run = last_run + 1 RETURNING last_run");
  count.step();
  auto number = static_cast<uint64_t>(count.integer(0));
  count.step();
  return number;
}

std::optional<RunRow> Runs::find(uint64_t number) {
  sql::Statement row(database_, "SELECT * FROM run WHERE number = ?");
  row.bind(static_cast<int64_t>(number));
  if (!row.step()) return std::nullopt;
  return run_at(row);
}

std::vector<RunRow> Runs::newest(uint32_t most) {
  sql::Statement rows(database_, "SELECT * FROM run ORDER BY number DESC LIMIT ?");
  rows.bind(most);
  std::vector<RunRow> found;
  while (rows.step()) found.push_back(run_at(rows));
  return found;
}

void Runs::put(const RunRow& run) {
  sql::Statement put(database_, "REPLACE INTO run VALUES(?, ?, ?, ?, ?)");
  put.bind(static_cast<int64_t>(run.number)).bind_text(run.job).bind_text(run.status);
  put.bind_text(run.report).bind(run.started_ms).execute();
}

void Runs::erase(int64_t before_ms) {
  sql::Statement erase(database_, "DELETE FROM run WHERE started_ms < ?");
  erase.bind(before_ms).execute();
}

std::vector<std::pair<uint32_t, std::string>> all_names(sql::Database& database, Named table) {
  sql::Statement rows(database, table == Named::source
                                    ? "SELECT number, name FROM source ORDER BY number"
                                    : "SELECT number, name FROM destination ORDER BY number");
  std::vector<std::pair<uint32_t, std::string>> all;
  while (rows.step()) all.emplace_back(static_cast<uint32_t>(rows.integer(0)), rows.string(1));
  return all;
}

uint32_t number_of(sql::Database& database, Named table, const std::string& name) {
  sql::Statement row(database, table == Named::source
                                   ? "SELECT number FROM source WHERE name = ?"
                                   : "SELECT number FROM destination WHERE name = ?");
  row.bind_text(name);
  return row.step() ? static_cast<uint32_t>(row.integer(0)) : 0;
}

uint32_t give_number(sql::Database& database, Named table, const std::string& name) {
  if (uint32_t number = number_of(database, table, name)) return number;
  sql::Statement put(database, table == Named::source
                                   ? "INSERT INTO source(number, name) "
                                     "SELECT coalesce(max(number), 0) + 1, ? FROM source"
                                   : "INSERT INTO destination(number, name) "
                                     "SELECT coalesce(max(number), 0) + 1, ? FROM destination");
  put.bind_text(name).execute();
  return number_of(database, table, name);
}

}  // namespace homeroom::store
