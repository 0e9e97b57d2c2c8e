// What holds for every text, tried on many invented ones.
#include <random>

#include <gtest/gtest.h>

#include "tests/express/table.hpp"

namespace homeroom::express {

namespace {

/// Texts of letters that functions treat in special ways.
std::vector<std::string> texts() {
  static constexpr const char* pieces[] = {"a",  "Z",  " ",   "  ", "-",       "'",  "ë",    "Ø",
                                           "ﬁ",  "9",  "00",  ".",  ",",       "\"", "de",   "la",
                                           "Mc", "O'", "van", "@",  "e\u0301", "日", "\xff", "(",
                                           "+1", "x",  "II",  "É",  "ß",       "\t"};
  std::mt19937 random(20251126);
  std::vector<std::string> made{""};
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (auto count = random() % 9 + 1; count > 0; --count)
      text += pieces[random() % std::size(pieces)];
    made.push_back(text);
  }
  return made;
}

/// The rows for which a boolean expression over x is not true.
void expect_true_for_all(const std::string& expression) {
  auto all = texts();
  Given column{"x", {}};
  for (const auto& text : all) column.values.push_back(text.c_str());
  auto outcome = evaluate(expression, {column});
  ASSERT_EQ(outcome.problem, "") << expression;
  for (size_t row = 0; row < all.size(); ++row)
    EXPECT_EQ(outcome.values[row], "true") << expression << " of '" << all[row] << "'";
}

}  // namespace

TEST(Properties, BringingATextToItsFormTwiceIsBringingItOnce) {
  for (const std::string form :
       {"trim(#)", "upper(#)", "single_spaces(#)", "name_case(#)", "nfc_normalize(#)",
        "nfkc_normalize(#)", "strip_accents(#)", "lpad(#, 5, '0')", "coalesce(digits(#), '')"}) {
    auto with = [&](const std::string& inner) {
      auto text = form;
      return text.replace(text.find('#'), 1, inner);
    };
    expect_true_for_all(with(with("x")) + " = " + with("x"));
  }
}

// A format that stands there twice is read piece by piece; alone it may be of a shape that is read
// faster.
TEST(Properties, ADateIsReadTheSameFastAndPieceByPiece) {
  std::mt19937 random(8);
  Given column{"x", {}};
  std::vector<std::string> all;
  for (int i = 0; i < 4000; ++i) {
    static constexpr const char* signs[] = {"/", "-", "", "//", "x"};
    auto usual = random() % 3;
    auto sign = [&] { return signs[random() % 8 ? usual : random() % std::size(signs)]; };
    auto part = [&](uint32_t most) {
      return std::to_string(random() % most).insert(0, random() % 3 == 0 ? "0" : "");
    };
    auto year = std::to_string(random() % 5 ? 1990 + random() % 40 : random() % 12000);
    auto text = part(14) + sign() + part(33) + sign() + year;
    if (random() % 3 == 0) text = year + sign() + part(14) + sign() + part(33);
    if (random() % 20 == 0) text.insert(random() % text.size(), " ");
    all.push_back(text);
  }
  for (const auto& text : all) column.values.push_back(text.c_str());
  for (const std::string format : {"M/D/YYYY", "MM/D/YYYY", "M/DD/YYYY", "MM/DD/YYYY", "D/M/YYYY",
                                   "D-M-YYYY", "YYYY-M-D", "YYYY/MM/D", "YYYY-MM-DD", "YYYYMMDD"}) {
    auto fast = evaluate("date(x, '" + format + "')", {column});
    auto plain = evaluate("date(x, '" + format + "', '" + format + "')", {column});
    ASSERT_EQ(fast.problem, "") << format;
    size_t read = 0;
    for (size_t row = 0; row < all.size(); ++row) {
      ASSERT_EQ(fast.values[row], plain.values[row]) << format << " of '" << all[row] << "'";
      read += fast.values[row] != "null";
    }
    EXPECT_GT(read, 20u) << format;
  }
}

TEST(Properties, AMaskShowsNoMoreThanHalfAndNoMoreThanAskedFor) {
  expect_true_for_all("length(mask(x, 4)) = length(x)");
  expect_true_for_all(
      "left(mask(x, 4), length(x) - least(4, length(x) // 2)) = "
      "lpad('', 1, '*') or replace(left(mask(x, 4), length(x) - least(4, length(x) // 2)), '*', "
      "'') = ''");
  expect_true_for_all("ends_with(x, right(mask(x, 2), least(2, length(x) // 2)))");
}

TEST(Properties, PartsOfATextMakeTheText) {
  expect_true_for_all("left(x, 3) || substr(x, 4) = x");
  expect_true_for_all("coalesce(join(split(x, ' '), ' '), '') = x");
  expect_true_for_all("split_part(x, '-', 1) = coalesce(first(split(x, '-')), '')");
  expect_true_for_all("split_part(x, '-', -1) = coalesce(last(split(x, '-')), '')");
  expect_true_for_all("instr(x, 'a') > 0 = contains(x, 'a')");
  expect_true_for_all("regexp_replace(x, 'a', 'bb', 'g') = replace(x, 'a', 'bb')");
  expect_true_for_all("regexp_full_match(x, '(?s).*') or not regexp_matches(x, '^(?s:.*)$')");
}

TEST(Properties, TextsThatAreNoNumbersOrDatesAreFaultsNotCrashes) {
  auto all = texts();
  Given column{"x", {}};
  for (const auto& text : all) column.values.push_back(text.c_str());
  for (const char* expression : {"integer(x)",
                                 "decimal(x, ',')",
                                 "integer(x, ' ')",
                                 "date(x, 1950, 'M/D/YY', 'YYYYMMDD')",
                                 "date_part(x, 'MM/YYYY')",
                                 "timestamp(x)",
                                 "timestamp(x, 'M/D/YYYY h:mm AM')",
                                 "phone(x)",
                                 "phone_extension(x)",
                                 "email(x)",
                                 "postal(x)",
                                 "ssn(x)",
                                 "ohio_ssid(x)",
                                 "minutes(x)",
                                 "hours(x)",
                                 "csv_list(x)",
                                 "name_tokens(x)",
                                 "nysiis(x)",
                                 "language(x)",
                                 "bool(x)"}) {
    auto outcome = evaluate(expression, {column});
    EXPECT_EQ(outcome.problem, "") << expression;
    EXPECT_EQ(outcome.values.size(), all.size()) << expression;
  }
}

/// An example with the column x in place of the first text it names; empty if it begins otherwise.
std::string over_x(const FunctionHelp& help, const std::string& example) {
  auto call = help.name + "('";
  auto at = example.find(call);
  if (at == example.npos) return "";
  auto end = at + call.size();
  for (; example[end] != '\'' || example[end + 1] == '\''; ++end) end += example[end] == '\'';
  return example.substr(0, at) + help.name + "(x" + example.substr(end + 1);
}

TEST(Properties, EveryFunctionGivesARowTheSameAloneInABatchAndInABranch) {
  auto all = texts();
  all.resize(120);
  Given column{"x", {}};
  for (const auto& text : all) column.values.push_back(text.c_str());
  column.values.push_back(nullptr);
  int tried = 0;
  for (const auto& help : functions())
    for (const auto& [example, result] : help.examples) {
      auto expression = over_x(help, example);
      if (expression.empty()) continue;
      auto whole = evaluate(expression, {column});
      if (whole.problem.ends_with("must be a literal text")) continue;
      ++tried;
      ASSERT_EQ(whole.problem, "") << expression;
      auto branch = evaluate("case when contains(x, 'a') then " + expression + " end", {column});
      EXPECT_LE(branch.faults.size(), whole.faults.size());
      for (const auto& fault : branch.faults)
        EXPECT_TRUE(std::find(whole.faults.begin(), whole.faults.end(), fault) !=
                    whole.faults.end())
            << expression << ' ' << fault;
      for (size_t row = 0; row < column.values.size(); ++row) {
        auto alone = evaluate(expression, {{"x", {column.values[row]}}});
        EXPECT_EQ(whole.values[row], alone.values[0]) << expression << " row " << row;
        bool is_reached = column.values[row] && all[row].find('a') != std::string::npos;
        EXPECT_EQ(branch.values[row], is_reached ? alone.values[0] : "null")
            << expression << " row " << row;
      }
    }
  EXPECT_GT(tried, 60);
}

}  // namespace homeroom::express
