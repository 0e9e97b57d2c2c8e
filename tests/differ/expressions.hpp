// Expressions: random typed expressions, each written in the mapping language and in SQL. A fault
// has no counterpart in SQL, so a second piece of SQL says for which rows the expression comes upon
// one.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/differ/rows.hpp"

namespace homeroom::differ {

/// A column that expressions may name, and its name in SQL.
struct Named {
  std::string ours, sql;
  Type type = Type::text;
};

struct Piece {
  std::string ours;   ///< in parentheses where needed
  std::string value;  ///< SQL; anything where there is a fault
  std::string fault;  ///< SQL condition that is never null; empty: there is none
  Type type = Type::text;
  int scale = 0;   ///< of a decimal's integer form
  int digits = 0;  ///< a decimal has no more in its integer form
  bool is_plain =
      true;  ///< a decimal that has this scale itself, so that it is written with its places
};

class Expressions {
 public:
  Expressions(Random& random, const Dialect& dialect, std::vector<Named> columns)
      : random_(random), sql_(dialect), columns_(std::move(columns)) {}

  /// `depth`: how many operations at most stand inside each other.
  Piece make(Type type, int depth);
  /// The type of an expression worth comparing.
  Type any_type();
  /// Where the SQL says more than the same words, and why; ids of intended.csv.
  const std::set<std::string>& intended() const { return intended_; }

 private:
  Piece leaf(Type type);
  Piece literal(Type type);
  Piece choice(Type type, int depth);
  Piece boolean(int depth);
  Piece compared(int depth);
  Piece integer(int depth);
  Piece counted(int depth);
  Piece decimal(int depth);
  Piece quotient(int depth);
  Piece text(int depth);
  Piece cut(int depth);
  Piece written(int depth);
  Piece date(int depth);
  Piece read_part(Type type, int depth);
  Piece time(int depth);
  Piece duration(Type type);
  Piece list(int depth);

  Piece function(Type type, int depth);
  Piece list_function(int depth);
  Piece about_items(int depth);
  Piece found_text(int depth);
  Piece tagged(int depth);
  Piece cell_list(int depth);
  Piece json_items();
  Named document();
  Piece extreme(Type type, int depth);
  Piece matched(int depth);
  Piece text_function(int depth);
  Piece tidied(int depth);
  Piece by_pattern(int depth);
  Piece integer_function(int depth);
  Piece decimal_function(int depth);
  Piece date_function(int depth);
  std::string last_day(const std::string& front, const std::string& day) const;

  Piece piece(Type type, std::string ours, std::string value, const std::vector<const Piece*>& of,
              std::string fault = "");
  Piece case_when(Type type, int depth);
  Piece coalesce(Type type, int depth);
  Piece nullif(Type type, int depth);
  /// To one scale; for decimals that meet in a comparison, sum or choice.
  void align(Piece& a, Piece& b) const;
  std::string order_key(const Piece& of) const;
  std::string is_readable_day(const std::string& x);
  std::string is_timestamp(const std::string& x);
  Type ordered_type();
  void intend(const char* id) {
    intended_.insert((sql_.is_sqlite() ? "sqlite " : "duckdb ") + std::string(id));
  }

  Random& random_;
  const Dialect& sql_;
  std::vector<Named> columns_;
  std::set<std::string> intended_;
};

/// "(a or b)" of those that are not empty.
std::string any_of(const std::vector<std::string>& faults);

}  // namespace homeroom::differ
