// SqliteEngine: asks a generated query of SQLite.
#pragma once

#include <string>
#include <vector>

struct sqlite3;

namespace homeroom::differ {

class SqliteEngine {
 public:
  SqliteEngine();
  SqliteEngine(const SqliteEngine&) = delete;
  SqliteEngine& operator=(const SqliteEngine&) = delete;
  ~SqliteEngine();

  void run(const std::vector<std::string>& statements);
  /// The first column of every row; one line "error: ..." when SQLite refuses the query.
  std::vector<std::string> ask(const std::string& query);

 private:
  sqlite3* database_ = nullptr;
};

}  // namespace homeroom::differ
