// What lint says beyond what is refused: conditions, codes, streams.
#include <gmock/gmock.h>
#include <unistd.h>

#include "hub/map/expression_parts.hpp"
#include "hub/map/map.hpp"
#include "tests/map/bench.hpp"

namespace homeroom::map {
namespace {

using testing::HasSubstr;

constexpr const char* student = "student: {from: people, key: id, fields: {name.last: name}}\n";

/// A mapping of one service whose category is the expression; it begins at line 11, column 15.
std::string with_category(const std::string& expression) {
  return "mapping: 1\nreads:\n  people: id, kind, name\ncodes:\n  kinds: {f: food}\nservice:\n  "
         "from: people\n  key: id\n"
         "  student: id\n  fields:\n    category: " +
         expression + "\n    name: name\n" + student;
}

std::string said(const std::string& yaml, const std::vector<SeenStream>& seen = {},
                 bool with_notes = false) {
  Bench bench(yaml);
  std::string out;
  for (const auto& remark : lint(bench.file(), shipped_model(), seen))
    if (with_notes || remark.kind != Remark::Kind::note)
      out += std::to_string(remark.place.line) + ":" + std::to_string(remark.place.column) + ": " +
             (remark.is_error ? "error: " : "") + remark.says + "\n";
  return out;
}

struct Doubt {
  const char* expression;
  const char* says;
};
class Conditions : public testing::TestWithParam<Doubt> {};

TEST_P(Conditions, ThatNoRowCanMeetAreTold) {
  EXPECT_THAT(said(with_category(std::string(GetParam().expression) + " else keep")),
              HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    Branches, Conditions,
    testing::Values(
        Doubt{"case when kind = 'a' then 'food' when true then 'housing' when kind = 'b' then "
              "code(kind, 'kinds') end",
              "11:73: no row comes here: a condition before it is always true"},
        Doubt{"case when kind = 'a' then 'food' when kind  =  'a' then code(kind, 'kinds') end",
              "11:48: no row comes here: the same condition stands before it"},
        Doubt{"case kind when 'a' then 'food' when 'a' then code(kind, 'kinds') end",
              "11:46: no row comes here: the same condition stands before it"},
        Doubt{"case when 1 = 2 then 'food' else code(kind, 'kinds') end",
              "11:20: no row comes here: this is never true"},
        Doubt{"case when 1 = 1 then code(kind, 'kinds') else 'food' end",
              "11:60: no row comes here: the condition before it is always true"}));

TEST(Lint, KnowsNoMoreOfAConditionThanOfTheDay) {
  EXPECT_EQ(said(with_category(
                "case when school_year > 2000 then code(kind, 'kinds') else 'food' end else keep")),
            "");
}

TEST(Lint, TellsAWhereThatDecidesNothing) {
  std::string tail = "service:\n  from: some\n  key: id\n  student: id\n  fields: {name: name}\n";
  std::string head =
      "mapping: 1\nreads:\n  people: id, name\ntables:\n  some:\n    - from: people\n    - where: ";
  EXPECT_THAT(said(head + "false\n" + tail), HasSubstr("7:14: this is never true: no row goes on"));
  EXPECT_THAT(said(head + "1 < 2\n" + tail),
              HasSubstr("7:14: this is always true and leaves nothing out"));
}

TEST(Lint, ComparesTheRowsOfACodeListWithTheModel) {
  auto mapping = with_category("code(kind, 'kinds') else keep");
  mapping.replace(mapping.find("f: food"), 7, "f: foot, h: \"\"");
  EXPECT_THAT(
      said(mapping),
      HasSubstr(
          "5:11: the row f gives foot, which is not among service_category, did you mean food?"));
  EXPECT_THAT(said(with_category("code(kind, 'kinds') else keep"), {}, true),
              HasSubstr("5:3: no row of kinds gives child-welfare, "));
  EXPECT_EQ(said(with_category("case when code(kind, 'kinds') = 'foot' then 'food' end else keep")),
            "");
}

TEST(Lint, NamesAPieceThatNothingUses) {
  auto mapping = with_category("code(kind, 'kinds') else keep");
  mapping += "pieces:\n  day: {takes: [text], is: text}\n";
  EXPECT_THAT(said(mapping), HasSubstr("15:3: nothing uses the piece day"));
}

TEST(Lint, SaysThatRowsOfNoStudentReachNobody) {
  auto mapping = with_category("code(kind, 'kinds') else keep");
  mapping.resize(mapping.size() - std::string(student).size());
  EXPECT_THAT(said(mapping), HasSubstr("9:12: this mapping makes no student, so its rows reach "
                                       "nobody; add student: "));
}

TEST(Lint, SaysWhatAStepOverSeveralStudentsCosts) {
  SeenStream people{{"people", {"id"}, "id", "sis.id", false}, {}, 2, true};
  for (const char* column : {"id", "name"}) people.columns.emplace_back(column);
  std::string mapping =
      "mapping: 1\nreads:\n  people: id, name\ntables:\n  namesakes:\n    - from: people\n"
      "    - group: [name]\n      take: {id: min id}\n"
      "service:\n  from: namesakes\n  key: id\n  student: id\n  fields: {name: name}\n";
  mapping += student;
  EXPECT_THAT(said(mapping, {people}),
              HasSubstr("7:7: rows of several students meet in this group: one that "
                        "changes maps all of people that meet again, 2 rows"));
  EXPECT_EQ(said(mapping.replace(mapping.find("[name]"), 6, "[id, name]")
                     .replace(mapping.find("{id: min id}"), 12, "{n: count}"),
                 {people}),
            "");
}

TEST(Lint, KnowsRowsThatHoldForSomeTime) {
  auto mapping = with_category("code(kind, 'kinds') else keep");
  mapping.replace(mapping.find("{f: food}"), 9, "{file: kinds.csv}");
  Bench bench(mapping);
  std::ofstream(bench.file().parent_path() / "kinds.csv")
      << "code,value,valid_from,valid_to\nf,food,,2025-06-30\nf,foot,2025-07-01,\n";
  std::string says;
  for (const auto& remark : lint(bench.file(), shipped_model())) says += remark.says + '\n';
  EXPECT_THAT(says, HasSubstr("the row f gives foot, which is not among service_category"));
}

TEST(Lint, ComparesColumnsWithThoseOfTheSource) {
  SeenStream people{{"people", {"id"}, "id", "sis.id", false}, {}, 0, true};
  for (const char* column : {"id", "kinds", "name"}) people.columns.emplace_back(column);
  auto mapping = with_category("code(kind, 'kinds') else keep");
  EXPECT_THAT(said(mapping, {people}),
              HasSubstr("3:15: error: people has no column kind, did you mean kinds?"));
  mapping.replace(mapping.find("kind,"), 5, "kind?,");
  EXPECT_EQ(said(mapping, {people}), "");
  EXPECT_THAT(said(mapping, {people}, true), HasSubstr("people has no column kind"));
  people.shape.stream = "peoples";
  EXPECT_THAT(said(mapping, {people}),
              HasSubstr("3:3: error: the source has no stream people, did you mean peoples?"));
}

TEST(ExpressionParts, FindCasesInsideEachOtherAndNotInTexts) {
  auto parts = parts_of(
      "case when a = 'case when' then case b when 1 then code(trim(c), 'x') end else code(d, 'y') "
      "= 'z' end");
  ASSERT_EQ(parts.cases.size(), 2u);
  ASSERT_EQ(parts.cases[0].branches.size(), 1u);
  EXPECT_EQ(parts.cases[0].branches[0].condition, "a = 'case when'");
  EXPECT_EQ(parts.cases[1].branches[0].condition, "(b) = (1)");
  EXPECT_TRUE(parts.cases[0].branches[0].then.holds(parts.cases[1].at));
  ASSERT_EQ(parts.codes.size(), 2u);
  EXPECT_EQ(parts.codes[0].value, "trim(c)");
  EXPECT_EQ(parts.codes[0].list, "x");
  EXPECT_FALSE(parts.codes[0].is_compared);
  EXPECT_TRUE(parts.codes[1].is_compared);
}

}  // namespace
}  // namespace homeroom::map
