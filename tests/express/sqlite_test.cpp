// The meaning of expressions compared with SQLite's, for the part of the language both have.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/express/table.hpp"

namespace homeroom::express {

namespace {

class Sqlite {
 public:
  Sqlite() {
    sqlite3_open(":memory:", &database_);
    sqlite3_exec(database_, "pragma case_sensitive_like = on", nullptr, nullptr, nullptr);
  }
  ~Sqlite() { sqlite3_close(database_); }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  /// The value for columns a and b, written as JSON of the given type.
  std::string value(const std::string& expression, const char* a, const char* b, Type type) {
    sqlite3_stmt* statement = nullptr;
    std::string query = "select " + expression + " from (select ?1 as a, ?2 as b)";
    sqlite3_prepare_v2(database_, query.c_str(), -1, &statement, nullptr);
    if (!statement) return "not SQLite";
    if (a) sqlite3_bind_text(statement, 1, a, -1, SQLITE_STATIC);
    if (b) sqlite3_bind_text(statement, 2, b, -1, SQLITE_STATIC);
    sqlite3_step(statement);
    std::string text = "null";
    if (sqlite3_column_type(statement, 0) != SQLITE_NULL) {
      text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
      if (type == Type::text) text = '"' + text + '"';
      if (type == Type::boolean) text = text == "0" ? "false" : "true";
    }
    sqlite3_finalize(statement);
    return text;
  }

 private:
  sqlite3* database_ = nullptr;
};

}  // namespace

TEST(Sqlite, MeansTheSameByTheSameWords) {
  const std::vector<const char*> values{nullptr, "",    "a",   "A",
                                        "ab",    "abc", "b%",  " a ",
                                        "Zoë",   "a_c", "aëc", "a text of many letters"};
  Sqlite sqlite;
  for (const std::string expression : {"a = b",
                                       "a <> b",
                                       "a < b",
                                       "a >= b",
                                       "a between 'a' and b",
                                       "a not between b and 'b'",
                                       "a in ('a', b)",
                                       "a not in ('a', b)",
                                       "a is null or b is not null",
                                       "not a = b",
                                       "a = 'a' and b = 'a'",
                                       "a = 'a' or b = 'a'",
                                       "not (a = 'a' or b < 'b')",
                                       "a like 'a%'",
                                       "a like '%a%'",
                                       "a like 'a_c'",
                                       "a like '_'",
                                       "a like b",
                                       "a not like '%b'",
                                       "a like '%e%t%'",
                                       "substr(a, 2)",
                                       "substr(a, 1, 2)",
                                       "substr(a, -2)",
                                       "substr(a, -2, 1)",
                                       "substr(a, 0, 2)",
                                       "substr(a, -9, 8)",
                                       "length(a)",
                                       "trim(a)",
                                       "a || b",
                                       "coalesce(a, b, 'c')",
                                       "nullif(a, b)",
                                       "replace(a, 'a', 'xy')",
                                       "case a when 'a' then b when b then 'same' else 'c' end",
                                       "case when a < b then a when a > b then b end",
                                       "length(a) * 3 - length(b) + 1",
                                       "-length(a)",
                                       "length(a) % 2",
                                       "abs(length(a) - length(b))",
                                       "instr(a, b)",
                                       "instr(a, 'e')",
                                       "substr(a, length(b))",
                                       "substr(a, 1 - length(b), 3)",
                                       "replace(a, b, '-')",
                                       "a like '%' || b || '%'",
                                       "a || '/' || b like '%a/%'",
                                       "case when length(a) > 1 then substr(a, 2, 1) else a end",
                                       "coalesce(nullif(a, ''), nullif(b, ''), '-')"})
    for (const char* a : values)
      for (const char* b : values) {
        auto ours = evaluate(expression, {{"a", {a}}, {"b", {b}}});
        ASSERT_EQ(ours.problem, "") << expression;
        EXPECT_EQ(ours.values[0], sqlite.value(expression, a, b, ours.type))
            << expression << " a=" << (a ? a : "null") << " b=" << (b ? b : "null");
      }
}

}  // namespace homeroom::express
