// Tables: random tables of a mapping, each as YAML and as common table expressions of SQL. Every
// SQL table carries the order of its rows (o_) and the stream and row each was made from (s_, r_).
#pragma once

#include <string>
#include <vector>

#include "tests/differ/expressions.hpp"

namespace homeroom::differ {

struct MadeColumn {
  std::string ours, sql;
  Type type = Type::text;
  bool is_base = false;   ///< stands in the stream the table begins with, unchanged
  bool is_small = false;  ///< an integer whose sums do not overflow
};

struct MadeTable {
  std::string ours, sql;
  std::vector<MadeColumn> columns;
};

struct StreamColumn {
  std::string name;
  std::vector<std::string> pool;  ///< an empty text is null
};
struct StreamSpec {
  std::string name;
  std::vector<StreamColumn> columns;
};
const std::vector<StreamSpec>& streams();

class Tables {
 public:
  Tables(Random& random, const Dialect& dialect) : random_(random), sql_(dialect) {}

  /// Adds a table of a few steps.
  void add();
  const std::vector<MadeTable>& made() const { return made_; }
  const std::string& yaml() const { return yaml_; }
  /// "with a as (...), b as (...)".
  std::string sql() const { return "with " + ctes_; }
  const std::set<std::string>& intended() const { return intended_; }

 private:
  void begin();
  void where();
  void refuse();
  void set();
  void join();
  void unnest();
  void distinct();
  void group();
  void unite();

  std::string measure(std::vector<MadeColumn>& after, std::string& prepared, std::string& taken);
  Piece expression(Type type, int depth);
  Piece readable(Type type);
  static std::string or_null(const Piece& piece);  ///< the clause that makes a fault null
  std::string nullable(const Piece& piece) const;
  MadeTable of_stream(const StreamSpec& spec) const;
  /// A column of these types, or nothing.
  const MadeColumn* pick(const std::vector<Type>& types, bool is_base = false);
  void step(const std::string& text) { yaml_ += "    - " + text; }
  /// Makes a new SQL table the current one.
  void next(const std::string& query);
  std::string names(const std::vector<MadeColumn>& columns, const std::string& of = "") const;
  std::string fresh(const char* prefix) { return prefix + std::to_string(++count_); }
  void intend(const char* id) {
    intended_.insert((sql_.is_sqlite() ? "sqlite " : "duckdb ") + std::string(id));
  }

  Random& random_;
  const Dialect& sql_;
  std::vector<MadeTable> made_;
  MadeTable now_;
  std::string yaml_, ctes_;
  std::set<std::string> intended_;
  int count_ = 0;
};

}  // namespace homeroom::differ
