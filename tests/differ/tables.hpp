// Tables: random tables of a mapping, each as YAML and as common table expressions of SQL. Every
// SQL table carries the order of its rows (o_), the stream and row each was made from (s_, r_) and
// all rows behind it (b_).
#pragma once

#include <string>
#include <utility>
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

/// One measure of a group: its words, and what SQL takes of which prepared columns.
struct Measure {
  std::string word, ours;
  Type type = Type::integer;
  std::string value;                                ///< the column measured; none for a plain count
  std::vector<std::pair<std::string, bool>> order;  ///< column, and whether it is descending
};

inline const std::vector<Type> key_types = {Type::text, Type::integer, Type::boolean, Type::date,
                                            Type::date_part};

/// In double quotes of YAML.
std::string in_yaml(const std::string& text);

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
  const std::string& pieces() const { return pieces_; }
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
  void pivot();
  void unpivot();
  void assert_that();
  void use_piece();
  void add_column(const std::string& ours, const std::string& value, Type type, bool is_small);

  Measure measure();
  std::string prepare(Piece& piece);
  /// SQL of a measure over the groups of the current table; `test`: rows that count.
  std::string taken(const Measure& measure, const std::string& test) const;
  std::vector<MadeColumn> keys();
  void number_groups(const std::vector<MadeColumn>& by);
  void fold(const std::vector<MadeColumn>& by, const std::string& taken);

  /// `more`: names that stand in front of equal ones of columns.
  Piece expression(Type type, int depth, const std::vector<Named>& more = {});
  Piece readable(Type type);
  /// The clause that says what a fault becomes, done to the SQL as well; afterwards there is none.
  std::string settle(Piece& piece);
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
  std::string yaml_, ctes_, pieces_;
  std::set<std::string> intended_;
  int count_ = 0;
};

}  // namespace homeroom::differ
