// Mappings and rows that are wrong, large or hostile: refused with place and reason, or set aside;
// never a crash, and never more memory than the input is worth.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "tests/map/bench.hpp"

namespace homeroom::map {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

/// Streams people(id, name, kind) and visits(id, who, hours), and rows that `tables` makes of them.
std::string mapping_with(const std::string& tables, const std::string& key = "id") {
  return "mapping: 1\nreads:\n  people: id, name, kind\n  visits?: id, who, hours\ntables:\n" +
         tables + "service:\n  from: rows\n  key: " + key +
         "\n  student: id\n  fields: {name: name}\n";
}

/// What compiling says: "line: says", of the first mistake; empty when there is none.
std::string refusal_of(const std::string& yaml) {
  Bench bench(yaml);
  try {
    bench.compile();
  } catch (const Error& refused) {
    std::string says = refused.what();
    auto at = says.find("mapping.yaml:");
    return at == std::string::npos ? says : says.substr(at + 13);
  }
  for (const auto& remark : bench.remarks)
    if (remark.is_error) return std::to_string(remark.place.line) + ": " + remark.says;
  return "";
}

/// The keys of the rows made, in their order.
std::vector<std::string> keys_of(const std::string& yaml,
                                 const std::map<std::string, std::string>& given) {
  Bench bench(yaml);
  auto mapping = bench.compile();
  EXPECT_TRUE(mapping) << (bench.remarks.empty() ? "" : bench.remarks[0].says);
  if (!mapping) return {};
  record::Arena arena;
  GivenRows rows(*mapping, arena);
  for (const auto& [stream, csv] : given) rows.take_csv(stream, csv);
  auto output = mapping->run(rows.block(), arena);
  std::vector<std::string> keys;
  for (const auto& made : output.entities)
    for (uint32_t row = 0; row < made.rows; ++row) keys.emplace_back(made.key.text_at(row).view());
  return keys;
}

const char* const numbered =
    "id,name,kind\n1,a,10\n2,b,010\n3,c,x\n4,d,100000000000000000\n5,e,0100000000000000000\n";

TEST(BadInput, RowsAreToldApartByTheirValuesWhateverTheirType) {
  auto firsts = [&](const std::string& expression) {
    return keys_of(mapping_with("  rows:\n    - from: people\n    - set: {of: \"" + expression +
                                "\"}\n    - where: of is not null\n    - distinct: [of]\n"),
                   {{"people", numbered}});
  };
  EXPECT_THAT(firsts("kind"), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_THAT(firsts("integer(kind) else null"), ElementsAre("1", "4"));
  EXPECT_THAT(firsts("decimal(kind) else null"), ElementsAre("1", "4"));
  EXPECT_THAT(firsts("kind = 'x'"), ElementsAre("1", "3"));
  EXPECT_THAT(firsts("date('2026-01-0' || id, 'YYYY-MM-DD') else null"),
              ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_THAT(firsts("date_part('202' || id) else null"), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_THAT(firsts("timestamp('2026-01-01T00:00:0' || id || 'Z') else null"),
              ElementsAre("1", "2", "3", "4", "5"));
}

TEST(BadInput, NumbersThatAreEqualAreOneKeyWhateverTheirZeros) {
  EXPECT_THAT(
      keys_of(
          mapping_with("  rows:\n    - from: people\n    - set: {of: decimal(kind) else null}\n"
                       "    - distinct: [of]\n"),
          {{"people", "id,name,kind\n1,a,1.50\n2,b,1.5\n3,c,1.5000\n4,d,15\n5,e,0.0\n6,f,0\n"}}),
      ElementsAre("1", "4", "5"));
}

TEST(BadInput, JoinsCompareOneType) {
  auto joined = [](const std::string& by) {
    return mapping_with(
        "  seen:\n    - from: visits\n    - set: {n: integer(who) else null, l: \"split(who, "
        "',')\"}\n"
        "  rows:\n    - from: people\n    - set: {m: integer(id) else null, k: \"split(id, "
        "',')\"}\n"
        "    - join: seen\n      unmatched: drop\n      by: " +
        by + "\n");
  };
  std::map<std::string, std::string> given = {{"people", numbered},
                                              {"visits", "id,who,hours\nv,002,1\nw,2,1\n"}};
  EXPECT_THAT(keys_of(joined("seen.who = id and seen.n = m"), given), ElementsAre("2"));
  EXPECT_THAT(keys_of(joined("seen.who = '00' || id and seen.n = m"), given), ElementsAre("2"));
  EXPECT_THAT(refusal_of(joined("seen.n = id")), HasSubstr("both sides of a join are of one type"));
  EXPECT_THAT(refusal_of(joined("seen.l = k")), HasSubstr("no key to join by"));
}

TEST(BadInput, ListsAreNoKeys) {
  for (const char* step : {"distinct: [l]", "group: [l]\n      take: {n: count}"})
    EXPECT_THAT(refusal_of(mapping_with(
                    "  rows:\n    - from: people\n    - set: {l: \"split(kind, ',')\"}\n    - " +
                    std::string(step) + "\n")),
                HasSubstr("tells no rows apart"));
}

TEST(BadInput, MeasuresTakeWhatTheyCanMeasure) {
  const std::pair<const char*, const char*> all[] = {
      {"list n", "a list holds text"},
      {"sum name", "sum takes numbers"},
      {"any n", "any and all take a condition"},
      {"all name", "any and all take a condition"},
      {"count where name", "a condition is expected"},
      {"min l", "min and max take numbers, dates, timestamps and text"}};
  for (const auto& [measure, says] : all)
    EXPECT_THAT(refusal_of(mapping_with(
                    "  rows:\n    - from: people\n    - set: {n: integer(kind) else null, "
                    "l: \"split(kind, ',')\"}\n    - group: [id, name]\n      take: {m: " +
                    std::string(measure) + "}\n")),
                HasSubstr(says));
}

TEST(BadInput, TablesThatReferToEachOtherInACircleAreRefused) {
  EXPECT_THAT(refusal_of(mapping_with("  one:\n    - from: two\n  two:\n    - from: one\n")),
              HasSubstr("7:13: the table two is not made yet here"));
  EXPECT_THAT(refusal_of(mapping_with(
                  "  rows:\n    - from: people\n    - join: rows\n      by: rows.id = id\n")),
              HasSubstr("the table rows is not made yet here"));
}

TEST(BadInput, CodesComeFromPlainFiles) {
  auto codes = [](const std::string& file) {
    return "mapping: 1\nreads:\n  people: id\ncodes:\n  kinds: {file: " + file + "}\n";
  };
  EXPECT_THAT(refusal_of(codes("/dev/zero")), HasSubstr("is no regular file"));
  EXPECT_THAT(refusal_of(codes(".")), HasSubstr("is no regular file"));
}

TEST(BadInput, ExpressionsNestedWithoutEndAreRefusedAtTheirPlace) {
  auto where = [](const std::string& expression) {
    return mapping_with("  rows:\n    - from: people\n    - where: \"" + expression + "\"\n");
  };
  for (int times : {500, 10'000}) {
    auto many = [&](const std::string& text) {
      std::string all;
      for (int i = 0; i < times; ++i) all += text;
      return all;
    };
    auto says =
        testing::AnyOf(HasSubstr("8: nested too deep"), HasSubstr("8: the expression is too long"));
    EXPECT_THAT(refusal_of(where(many("(") + "true" + many(")"))), says);
    EXPECT_THAT(refusal_of(where(many("case when ") + "true")), says);
    EXPECT_THAT(refusal_of(where(many("case ") + "true")), says);
    EXPECT_THAT(refusal_of(where(many("upper(") + "id" + many(")") + " = 'A'")), says);
    EXPECT_THAT(refusal_of(where("id in " + many("(id in ") + "true")), says);
  }
  auto chain = [](int times, const std::string& text) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  EXPECT_EQ(refusal_of(where(chain(1000, "id = 'a' or ") + "true")), "");
  EXPECT_THAT(refusal_of(where(chain(10'000, "id = 'a' or ") + "true")),
              HasSubstr("8: the expression is too long"));
  EXPECT_THAT(refusal_of(where(chain(10'000, "not ") + "(id = '1')")),
              HasSubstr("8: the expression is too long"));
}

TEST(BadInput, PatternsThatBlowUpElsewhereTakeTheTimeOfTheText) {
  auto where = [](const std::string& pattern) {
    return mapping_with("  rows:\n    - from: people\n    - where: \"regexp_matches(name, '" +
                        pattern + "')\"\n");
  };
  auto given = "id,name,kind\n1," + std::string(1'000'000, 'a') + "!,\n2,aaa,\n";
  EXPECT_THAT(keys_of(where("^(a+)+$"), {{"people", given}}), ElementsAre("2"));
  EXPECT_THAT(keys_of(where("^(a|aa)+$"), {{"people", given}}), ElementsAre("2"));
  EXPECT_THAT(keys_of(where("^(.*)*(.*)*b$"), {{"people", given}}), ElementsAre());
  EXPECT_THAT(refusal_of(where("((a{100}){100}){100}")),
              HasSubstr("8: a pattern that cannot be read"));
  EXPECT_THAT(refusal_of(where("(")), HasSubstr("8: a pattern that cannot be read"));
}

TEST(BadInput, CodeListsWithARowTwiceAreRefused) {
  for (const char* lines :
       {"code,value\nf,food\nh,housing\nf,other\n", "code,value\nf,food\nf,food\n"}) {
    Bench bench("mapping: 1\nreads:\n  people: id\ncodes:\n  kinds: {file: kinds.csv}\n");
    std::ofstream(bench.file().parent_path() / "kinds.csv") << lines;
    try {
      bench.compile();
      ADD_FAILURE() << "nothing was refused";
    } catch (const Error& refused) {
      EXPECT_THAT(refused.what(), HasSubstr("twice"));
    }
  }
  EXPECT_THAT(
      refusal_of("mapping: 1\nreads:\n  people: id\ncodes:\n  kinds: {f: food, f: other}\n"),
      HasSubstr("5:20: f stands here twice"));
}

TEST(BadInput, AJoinThatMultipliesIsRefusedAtItsPlace) {
  std::string people = "id,name,kind\n";
  std::string visits = "id,who,hours\n";
  for (int i = 0; i < 2000; ++i) {
    people += std::to_string(i) + ",a,same\n";
    visits += std::to_string(i) + ",same,1\n";
  }
  Bench bench(
      mapping_with("  rows:\n    - from: people\n    - join: visits\n      by: visits.who = kind\n "
                   "     matches: many\n"));
  auto mapping = bench.compile();
  ASSERT_TRUE(mapping);
  record::Arena arena;
  GivenRows rows(*mapping, arena);
  rows.take_csv("people", people);
  rows.take_csv("visits", visits);
  auto block = rows.block();
  try {
    mapping->run(block, arena);
    ADD_FAILURE() << "four million rows were made";
  } catch (const Error& refused) {
    EXPECT_THAT(refused.what(),
                HasSubstr("mapping.yaml:8:7: joining visits makes more than 1040000 rows of 2000"));
  }
}

}  // namespace
}  // namespace homeroom::map
