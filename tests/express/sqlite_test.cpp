// The meaning of expressions compared with SQLite's, for the part of the language both have.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/express/table.hpp"

namespace homeroom::express {

namespace {

std::string in_quotes(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

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
      if (type == Type::text) text = in_quotes(text);
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

/// Words that differ and mean the same.
struct Pair {
  const char* ours;
  const char* theirs;
};

void expect_same(std::initializer_list<Pair> pairs, const std::vector<const char*>& values) {
  Sqlite sqlite;
  for (const auto& pair : pairs)
    for (const char* a : values)
      for (const char* b : values) {
        auto ours = evaluate(pair.ours, {{"a", {a}}, {"b", {b}}});
        ASSERT_EQ(ours.problem, "") << pair.ours;
        EXPECT_EQ(ours.values[0], sqlite.value(pair.theirs, a, b, ours.type))
            << pair.ours << " a=" << (a ? a : "null") << " b=" << (b ? b : "null");
      }
}

TEST(Sqlite, CutsAndSearchesTextsAlike) {
  expect_same(
      {{"starts_with(a, b)", "substr(a, 1, length(b)) = b"},
       {"ends_with(a, b)",
        "case when a is null then null when b = '' then 1 else substr(a, -length(b)) = b and "
        "length(b) <= length(a) end"},
       {"contains(a, b)", "case when a is null then null else instr(a, b) > 0 or b = '' end"},
       {"left(a, 3)", "substr(a, 1, 3)"},
       {"left(a, -2)", "substr(a, 1, max(length(a) - 2, 0))"},
       {"right(a, -2)", "substr(a, 3)"},
       {"right(a, 2)", "case when length(a) < 2 then a else substr(a, -2) end"},
       {"concat(a, b)", "coalesce(a, '') || coalesce(b, '')"},
       {"upper(strip_accents(a))", "upper(replace(a, 'ë', 'e'))"},
       {"lower(a)", "lower(a)"},
       {"lpad(text(length(a)), 4, '0')", "printf('%04d', length(a)) || substr(a, 1, 0)"},
       {"any(split(a, ','), x -> x = replace(b, ',', ''))",
        "instr(',' || a || ',', ',' || replace(b, ',', '') || ',') > 0"},
       {"count(split(a, ','))", "length(a) - length(replace(a, ',', '')) + 1"}},
      {nullptr, "", "a", "b", "ab", "Zoë", "a,b", "b,ab,Zoë", "AB", "a text of many letters"});
}

TEST(Sqlite, CountsDaysMonthsAndYearsAlike) {
  expect_same(
      {{"year(date(a, 'YYYY-MM-DD'))", "cast(strftime('%Y', a) as integer)"},
       {"month(date(a, 'YYYY-MM-DD'))", "cast(strftime('%m', a) as integer)"},
       {"day(date(a, 'YYYY-MM-DD'))", "cast(strftime('%d', a) as integer)"},
       {"dayofweek(date(a, 'YYYY-MM-DD'))", "cast(strftime('%w', a) as integer)"},
       {"text(date(a, 'YYYY-MM-DD') + 45)", "date(a, '+45 days')"},
       {"text(date(a, 'YYYY-MM-DD') - 400)", "date(a, '-400 days')"},
       {"text(date_trunc('month', date(a, 'YYYY-MM-DD')))", "date(a, 'start of month')"},
       {"text(date_trunc('year', date(a, 'YYYY-MM-DD')))", "date(a, 'start of year')"},
       {"text(last_day(date(a, 'YYYY-MM-DD')))", "date(a, 'start of month', '+1 month', '-1 day')"},
       {"text(add_months(date_trunc('month', date(a, 'YYYY-MM-DD')), 14))",
        "date(a, 'start of month', '+14 months')"},
       {"date_diff('day', date(a, 'YYYY-MM-DD'), date(b, 'YYYY-MM-DD'))",
        "cast(julianday(b) - julianday(a) as integer)"},
       {"date_diff('year', date(a, 'YYYY-MM-DD'), date(b, 'YYYY-MM-DD'))",
        "strftime('%Y', b) - strftime('%Y', a)"},
       {"text(date(a, 'YYYY-MM-DD'), 'MM/DD/YYYY')", "strftime('%m/%d/%Y', a)"},
       {"age(date(a, 'YYYY-MM-DD'), date(b, 'YYYY-MM-DD'))",
        "strftime('%Y', b) - strftime('%Y', a) - (strftime('%m-%d', b) < strftime('%m-%d', a))"}},
      {nullptr, "2024-02-29", "2025-02-28", "1999-12-31", "2000-01-01", "2026-06-30", "2026-07-01",
       "1900-03-01", "2100-12-01"});
}

TEST(Sqlite, CountsWithWholeNumbersAlike) {
  expect_same(
      {{"integer(a) + integer(b) * 2", "cast(a as integer) + cast(b as integer) * 2"},
       {"integer(a) // nullif(integer(b), 0)",
        "cast(a as integer) / nullif(cast(b as integer), 0)"},
       {"integer(a) % nullif(integer(b), 0)", "cast(a as integer) % nullif(cast(b as integer), 0)"},
       {"-integer(a) - -integer(b)", "-cast(a as integer) - -cast(b as integer)"},
       {"abs(integer(a))", "abs(cast(a as integer))"},
       {"text(integer(a))", "cast(cast(a as integer) as text)"},
       {"case when a is not null and b is not null then greatest(integer(a), integer(b)) end",
        "max(cast(a as integer), cast(b as integer))"},
       {"case when a is not null and b is not null then least(a, b) end", "min(a, b)"},
       {"integer(a) between integer(b) and 10",
        "cast(a as integer) between cast(b as integer) and 10"},
       {"integer(a) in (1, integer(b), null)",
        "cast(a as integer) in (1, cast(b as integer), null)"}},
      {nullptr, "0", "1", "-1", "7", "-7", "12", "-1000000007", "4000000000"});
}

TEST(Sqlite, FindsTheSameInJson) {
  expect_same({{"json_extract_string(a, 'x')", "a ->> '$.x'"},
               {"json_extract_string(a, 'x[0]')", "a ->> '$.x[0]'"},
               {"json_extract_string(a, 'x[1].y')", "a ->> '$.x[1].y'"},
               {"json_extract_string(a, '$')", "a ->> '$'"}},
              {nullptr, R"({"x":"a \"b\" é"})", R"({"x":[1,{"y":"z"}]})", R"({"x":{"y":12}})", "[]",
               R"({"x":null})", R"({"x":-7})", R"("t")"});
}

}  // namespace homeroom::express
