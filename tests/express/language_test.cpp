#include <gtest/gtest.h>

#include "tests/express/table.hpp"

namespace homeroom::express {

namespace {

std::string both(const char* sign, const char* a, const char* b) {
  return value_of(std::string(a) + " " + sign + " " + b);
}

using Texts = std::vector<std::string>;

}  // namespace

TEST(Logic, AndOrNotFollowTheTablesOfThreeValues) {
  const char* values[] = {"true", "false", "null"};
  const char* ands[] = {"true",  "false", "null",  "false", "false",
                        "false", "null",  "false", "null"};
  const char* ors[] = {"true", "true", "true", "true", "false", "null", "true", "null", "null"};
  for (int i = 0; i < 9; ++i) {
    EXPECT_EQ(both("and", values[i / 3], values[i % 3]), ands[i]) << i;
    EXPECT_EQ(both("or", values[i / 3], values[i % 3]), ors[i]) << i;
  }
  EXPECT_EQ(value_of("not null"), "null");
  EXPECT_EQ(value_of("not not true"), "true");
}

TEST(Logic, ComparisonsWithNullAreNotKnown) {
  EXPECT_EQ(value_of("'a' = null"), "null");
  EXPECT_EQ(value_of("null is null"), "true");
  EXPECT_EQ(value_of("'a' is not null"), "true");
  EXPECT_EQ(value_of("'a' in ('b', null)"), "null");
  EXPECT_EQ(value_of("'a' in ('a', null)"), "true");
  EXPECT_EQ(value_of("'a' not in ('b', null)"), "null");
  EXPECT_EQ(value_of("null in ('a')"), "null");
  EXPECT_EQ(value_of("2 between 1 and null"), "null");
  EXPECT_EQ(value_of("0 between 1 and null"), "false");
}

TEST(Logic, LongTextsCompareBeyondTheirFirstLetters) {
  EXPECT_EQ(value_of("'a long text of one' = 'a long text of one'"), "true");
  EXPECT_EQ(value_of("'a long text of one' < 'a long text of two'"), "true");
  EXPECT_EQ(value_of("'Zoë' > 'Zo'"), "true");
}

TEST(Case, TheFirstTrueBranchGivesTheValue) {
  std::vector<Given> columns{{"kind", {"a", "b", nullptr, "c"}}, {"x", {"1", "2", "3", "4"}}};
  EXPECT_EQ(
      evaluate("case when kind = 'a' then x when kind = 'b' then 'B' else '-' end", columns).values,
      (Texts{"\"1\"", "\"B\"", "\"-\"", "\"-\""}));
  EXPECT_EQ(evaluate("case kind when 'a' then 1 when 'b' then 2.5 end", columns).values,
            (Texts{"1", "2.5", "null", "null"}));
}

TEST(Case, ABranchFaultsOnlyForTheRowsThatReachIt) {
  std::vector<Given> columns{{"kind", {"a", "b", "a"}}, {"x", {"1", "bad", "bad"}}};
  auto outcome = evaluate("case when kind = 'a' then integer(x) else 0 end else keep", columns);
  EXPECT_EQ(outcome.values, (Texts{"1", "0", "null"}));
  EXPECT_EQ(outcome.faults, (Texts{"2: not an integer"}));
}

TEST(Case, AValueOfABranchNeverServesAllRowsNorItsFaultsOthers) {
  for (bool branch_first : {true, false}) {
    std::vector<Given> columns{{"kind", {}}, {"x", {}}};
    Program program(scope_of(columns));
    Problem problem;
    auto branch = program.compile("case when kind = 'a' then integer(x) end", problem);
    auto whole = program.compile("integer(x)", problem);
    record::Text kinds[] = {record::text("a"), record::text("b"), record::text("b")};
    record::Text texts[] = {record::text("1"), record::text("2"), record::text("bad")};
    record::Arena arena;
    program.begin({{Type::text, 1, kinds}, {Type::text, 1, texts}}, 3, arena);
    auto first = program.run(branch_first ? branch->id : whole->id);
    auto second = program.run(branch_first ? whole->id : branch->id);
    const auto& of_whole = branch_first ? second : first;
    EXPECT_EQ(json_of(of_whole, 1), "2");
    EXPECT_EQ(json_of(branch_first ? first : second, 1), "null");
    ASSERT_EQ(program.faults().size(), 1u);
    EXPECT_EQ(program.faults()[0].expression, whole->id);
    EXPECT_EQ(program.faults()[0].row, 2u);
  }
}

TEST(Case, NestingDoesNotMultiplyTheWork) {
  std::vector<Given> columns{{"x", {"1", "2", "3"}}};
  std::string nested = "x";
  for (int i = 0; i < 45; ++i)
    nested = "case (" + nested + ") when '1' then '1' when '2' then '3' when '3' then '2' end";
  auto outcome = evaluate("case when x <> '1' then " + nested + " end", columns);
  EXPECT_EQ(outcome.values, (Texts{"null", "\"3\"", "\"2\""}));
  std::string between = "x";
  for (int i = 0; i < 45; ++i) between = "text((" + between + ") between '0' and 'zz')";
  auto lambda = evaluate("list_map(list('a'), y -> " + between + ")", columns);
  ASSERT_EQ(lambda.problem, "");
  EXPECT_EQ(lambda.values[0], "[\"true\"]");
}

TEST(Coalesce, LaterValuesAreReadOnlyWhereTheyAreNeeded) {
  std::vector<Given> columns{{"a", {"x", nullptr, nullptr}}, {"b", {"bad", "7", nullptr}}};
  auto outcome = evaluate("coalesce(a, text(integer(b)), 'none')", columns);
  EXPECT_EQ(outcome.values, (Texts{"\"x\"", "\"7\"", "\"none\""}));
  EXPECT_TRUE(outcome.faults.empty());
}

TEST(Faults, TheElseClauseDecidesWhatAFaultyRowBecomes) {
  std::vector<Given> columns{{"x", {"Y", "?", nullptr}}};
  EXPECT_EQ(evaluate("bool(x) else keep", columns).values, (Texts{"true", "null", "null"}));
  EXPECT_EQ(evaluate("bool(x) else false", columns).values, (Texts{"true", "false", "null"}));
  EXPECT_EQ(evaluate("coalesce(bool(x), true) else null", columns).values,
            (Texts{"true", "null", "true"}));
  EXPECT_EQ(evaluate("bool(x) ELSE REJECT", columns).faults, (Texts{"1: not a yes or no"}));
}

TEST(Faults, OneExpressionHasOneFaultARowAndAllComeInOrderOfRows) {
  std::vector<Given> columns{{"x", {"1", "bad", "2", "bad"}}};
  auto outcome = evaluate("integer(x) + integer(x || '?')", columns);
  EXPECT_EQ(outcome.faults, (Texts{"0: not an integer", "1: not an integer", "2: not an integer",
                                   "3: not an integer"}));
}

TEST(Faults, WhatMayNotBeReadableIsKnownBeforeARowIsSeen) {
  std::vector<Given> columns{{"x", {"1"}}, {"y", {"2"}}};
  for (const char* expression :
       {"integer(x)", "coalesce(bool(x), true)", "case when x = 'a' then code(x, 'sex') end",
        "length(x) + 1", "run_date + length(x)", "upper(phone(x, 'US'))", "integer('x')", "1 / 0",
        "date(x, 'YYYY-MM-DD') < run_date", "integer(x) else 0"})
    EXPECT_TRUE(evaluate(expression, columns).can_fault) << expression;
  for (const char* expression :
       {"x", "trim(x) = y", "length(x)", "case when x = 'a' then y end", "name_case(x)",
        "run_date > date('2026-07-01', 'YYYY-MM-DD')", "school_year + 1", "first(split(x, ','))",
        "run_date - date('2026-01-01', 'YYYY-MM-DD') > length(x)"})
    EXPECT_FALSE(evaluate(expression, columns).can_fault) << expression;
}

TEST(Columns, OneThatIsNotThereIsNullEverywhere) {
  std::vector<Given> columns{{"t.a", {}}, {"b", {}}};
  Program program(scope_of(columns));
  Problem problem;
  auto compiled = program.compile("coalesce(T.a, 'x')", problem);
  EXPECT_EQ(problem.says, "no column T.a, did you mean t.a");
  compiled = program.compile("coalesce(trim(t.a), 'x')", problem);
  ASSERT_TRUE(compiled);
  EXPECT_EQ(compiled->columns, std::vector<uint32_t>{0});
  record::Arena arena;
  program.begin({{}, {}}, 2, arena);
  EXPECT_EQ(json_of(program.run(compiled->id), 1), "\"x\"");
}

TEST(Columns, NamesWithSpacesStandInDoubleQuotes) {
  std::vector<Given> columns{{"ext.Home Phone", {"1"}}, {"run_date", {"a column"}}};
  EXPECT_EQ(value_of("ext.\"Home Phone\"", columns), "\"1\"");
  EXPECT_EQ(value_of("run_date", columns), "\"2026-01-13\"");
  EXPECT_EQ(value_of("\"run_date\"", columns), "\"a column\"");
}

TEST(Columns, AFunctionOfTheCallerReadsItsColumn) {
  Scope scope;
  scope.columns = {{"consents:photo", Type::boolean}};
  scope.column_functions = {"consents"};
  Program program(std::move(scope));
  Problem problem;
  EXPECT_TRUE(program.compile("not consents('photo')", problem));
  EXPECT_FALSE(program.compile("consents('video')", problem));
  EXPECT_EQ(problem.says, "no consents:video");
}

TEST(Problems, TellWhatIsWrongAndAtWhichByte) {
  std::vector<Given> columns{{"birthDate", {"x"}}, {"role", {"x"}}};
  auto problem = [&](const char* text) { return evaluate(text, columns).problem; };
  EXPECT_EQ(problem("birthdate"), "0: no column birthdate, did you mean birthDate");
  EXPECT_EQ(problem("tirm(role)"), "0: no function tirm, did you mean trim");
  EXPECT_EQ(problem("role = run_date"), "7: expected a text, but this is a date");
  EXPECT_EQ(problem("role = 1"), "7: expected a text, but this is an integer");
  EXPECT_EQ(problem("trim(role"), "9: expected ), but the expression ends");
  EXPECT_EQ(problem("role ? 1"), "5: a sign that means nothing here");
  EXPECT_EQ(problem("'open"), "0: a text that is not closed by '");
  EXPECT_EQ(problem("role and true"), "0: expected a boolean, but this is a text");
  EXPECT_EQ(problem("trim(role, 'x')"), "0: write trim(text) -> text");
  EXPECT_EQ(problem("date(role, birthDate)"), "11: this must be a literal text");
  EXPECT_EQ(problem("run_date else 'x'"), "14: else gives a text, the expression a date");
  EXPECT_EQ(problem("case when role = 'x' then 1 else 'y' end"),
            "33: expected an integer, but this is a text");
  EXPECT_EQ(problem("role else keep it"), "15: expected the end of the expression, but found it");
  EXPECT_EQ(problem("regexp_matches(role, '(')").substr(0, 4), "21: ");
  EXPECT_EQ(problem(""), "0: expected a value, but the expression ends");
  EXPECT_EQ(problem(std::string(500, '(').c_str()), "100: nested too deep");
  std::string chain = "true";
  for (int i = 0; i < 2400; ++i) chain += " and true";
  EXPECT_EQ(value_of(chain), "true");
  EXPECT_EQ(problem((chain + chain).c_str()).substr(0, 5), "22504");
  EXPECT_EQ(problem("role + 1"), "7: expected a text, but this is an integer");
  EXPECT_EQ(problem("run_date * 2"), "9: a date * an integer means nothing");
}

TEST(Problems, AMistakeAddsNothing) {
  std::vector<Given> columns{{"x", {}}};
  Program program(scope_of(columns));
  Problem problem;
  EXPECT_FALSE(program.compile("trim(x) = 1", problem));
  auto compiled = program.compile("trim(x)", problem);
  ASSERT_TRUE(compiled);
  EXPECT_EQ(compiled->id, 0u);
  record::Text texts[] = {record::text(" a ")};
  record::Arena arena;
  program.begin({{Type::text, 1, texts}}, 1, arena);
  EXPECT_EQ(json_of(program.run(0), 0), "\"a\"");
}

TEST(Batches, AreTheSumOfTheirRows) {
  std::vector<Given> columns{
      {"a", {"1", " Test ", nullptr, "a text of many letters", "", "male", "2025-01-05", "x,y,,z"}},
      {"b", {"2", nullptr, "Q", "3", "-7", "other", "Y", "{a:1},{b:2}"}}};
  for (const char* expression :
       {"trim(a)", "upper(a) || b", "concat(a, b)", "integer(b) * 2", "code(a, 'sex')",
        "split(a, ',')", "last(split(a, ','))", "list(a, b)", "coalesce(b, a)", "nullif(a, b)",
        "tagged(b, 'b')", "case when b > '2' then split(a, ',') when b = '2' then list(b) end",
        "a < b or b is null",
        "case when a like '%t%' then date(a, 'YYYY-MM-DD') else date(b, 'YYYY-MM-DD') end",
        "bool(b) else true", "code(a, 'sex') else 'U'", "name_case(a)", "a in (b, 'male')"}) {
    auto whole = evaluate(expression, columns);
    for (size_t row = 0; row < columns[0].values.size(); ++row) {
      auto one =
          evaluate(expression, {{"a", {columns[0].values[row]}}, {"b", {columns[1].values[row]}}});
      EXPECT_EQ(one.values[0], whole.values[row]) << expression << " row " << row;
      for (const auto& fault : one.faults)
        EXPECT_NE(std::find(whole.faults.begin(), whole.faults.end(),
                            std::to_string(row) + fault.substr(1)),
                  whole.faults.end())
            << expression << " row " << row;
    }
  }
}

}  // namespace homeroom::express
