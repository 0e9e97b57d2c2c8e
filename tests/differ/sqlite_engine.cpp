#include "tests/differ/sqlite_engine.hpp"

#include <stdexcept>

#include <sqlite3.h>

namespace homeroom::differ {

SqliteEngine::SqliteEngine() {
  sqlite3_open(":memory:", &database_);
  run({"pragma case_sensitive_like = on"});
}

SqliteEngine::~SqliteEngine() {
  sqlite3_close(database_);
}

void SqliteEngine::run(const std::vector<std::string>& statements) {
  for (const auto& statement : statements)
    if (sqlite3_exec(database_, statement.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(std::string(sqlite3_errmsg(database_)) + ": " + statement);
}

std::vector<std::string> SqliteEngine::ask(const std::string& query) {
  sqlite3_stmt* statement = nullptr;
  std::vector<std::string> out;
  if (sqlite3_prepare_v2(database_, query.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    return {"error: " + std::string(sqlite3_errmsg(database_))};
  int code;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    out.emplace_back(text ? text : "null");
  }
  if (code != SQLITE_DONE) out.push_back("error: " + std::string(sqlite3_errmsg(database_)));
  sqlite3_finalize(statement);
  return out;
}

}  // namespace homeroom::differ
