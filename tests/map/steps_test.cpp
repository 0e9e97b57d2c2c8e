// The language of steps, told by cases: each text is a mapping with what it must give. After each
// one every source row has met exactly one fate.
#include <algorithm>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/map/bench.hpp"

namespace homeroom::map {
namespace {

struct Told {
  const char* name;
  const char* tables;
  const char* entity;  ///< fields and all of `service`
  const char* given;
  const char* expect;
};

/// Streams people(id, name, kind, tags) and visits(id, who, day, hours).
std::string mapping_of(const Told& told) {
  return std::string(
             "mapping: 1\n"
             "reads:\n"
             "  people: id, name, kind, tags\n"
             "  visits?: id, who, day, hours\n"
             "nulls: ['']\n"
             "codes:\n"
             "  kinds: {f: food, h: housing, none: ''}\n") +
         "tables:\n" + told.tables + "service:\n" + told.entity + "cases:\n  - case: " + told.name +
         "\n    given:\n" + told.given + "    expect:\n" + told.expect;
}

const char* const from_rows =
    "  from: rows\n"
    "  key: id\n"
    "  student: id\n"
    "  fields: {name: name}\n";
const char* const three =
    "      people: |\n"
    "        id,name,kind,tags\n"
    "        1,Fern,f,\"a,b\"\n"
    "        2,Moss,h,b\n"
    "        3,Reed,,\n";
const char* const visits =
    "      visits: |\n"
    "        id,who,day,hours\n"
    "        v1,1,2026-01-05,2\n"
    "        v2,1,2026-01-09,3\n"
    "        v3,2,2026-01-07,4\n"
    "        v4,9,2026-01-08,5\n";

std::string both() {
  return std::string(three) + visits;
}

class Steps : public testing::TestWithParam<int> {};

const std::vector<std::pair<Told, bool>>& all() {
  static const std::string people_and_visits = both();
  static const char* given = people_and_visits.c_str();
  static const std::vector<std::pair<Told, bool>> told = {
      {{"WhereKeepsWhatIsTrueAndNothingUnknown",
        "  rows:\n    - from: people\n    - where: kind = 'f'\n", from_rows, three,
        "      service: [{key: 1, name: Fern}]\n      left_out: {people: 2}\n"},
       true},
      {{"JoinKeepsRowsWithoutAMatch",
        "  rows:\n    - from: visits\n    - join: people\n      by: people.id = who\n",
        "  from: rows\n  key: id\n  student: who\n  fields: {name: people.name}\n", given,
        "      service: [{key: v1, student: 1, name: Fern}, {key: v2}, {key: v3, name: Moss}, "
        "{key: v4, name: null}]\n"
        "      left_out: {people: 1, visits: 0}\n"},
       true},
      {{"JoinDropsThemWhenTold",
        "  rows:\n    - from: visits\n    - join: people\n      by: people.id = who\n      "
        "unmatched: drop\n",
        "  from: rows\n  key: id\n  student: who\n  fields: {name: people.name}\n", given,
        "      service: [{key: v1}, {key: v2}, {key: v3}]\n      left_out: {people: 1, visits: "
        "1}\n"},
       true},
      {{"JoinSetsThemAsideWhenTold",
        "  rows:\n    - from: visits\n    - join: people\n      by: who = people.id\n      "
        "unmatched: set_aside\n",
        "  from: rows\n  key: id\n  student: who\n  fields: {name: people.name}\n", given,
        "      service: [{key: v1}, {key: v2}, {key: v3}]\n"
        "      set_aside: [{stream: visits, line: 5, says: no row of people}]\n"},
       true},
      {{"ASecondMatchSetsTheRowAside",
        "  rows:\n    - from: people\n    - join: visits\n      by: visits.who = id\n", from_rows,
        given,
        "      service: [{key: 2}, {key: 3}]\n"
        "      set_aside: [{stream: people, line: 2, says: more than one row of visits}]\n"},
       true},
      {{"ManyMatchesMakeManyRowsWhenTold",
        "  rows:\n    - from: people\n    - join: visits\n      as: seen\n      by: seen.who = "
        "id\n      matches: many\n"
        "      unmatched: drop\n",
        "  from: rows\n  key: [id, seen.id]\n  student: id\n  fields: {date: \"date(seen.day, "
        "'YYYY-MM-DD') else reject\"}\n",
        given,
        "      service: [{key: [1, v1], date: 2026-01-05}, {key: [1, v2]}, {key: [2, v3]}]\n"
        "      set_aside: []\n      left_out: {people: 1, visits: 1}\n"},
       true},
      {{"UnnestMakesARowOfEachItem",
        "  rows:\n    - from: people\n    - unnest: split(tags, ',')\n      as: tag\n",
        "  from: rows\n  key: [id, tag]\n  student: id\n  fields: {name: tag}\n", three,
        "      service: [{key: [1, a], name: a}, {key: [1, b]}, {key: [2, b]}]\n      left_out: "
        "{people: 1}\n"},
       true},
      {{"SetNamesAValueForLaterSteps",
        "  rows:\n    - from: people\n    - set: {loud: upper(name)}\n    - where: loud <> "
        "'MOSS'\n",
        "  from: rows\n  key: id\n  student: id\n  fields: {name: loud}\n", three,
        "      service: [{key: 1, name: FERN}, {key: 3, name: REED}]\n"},
       true},
      {{"DistinctKeepsTheFirstAndUsesTheOthers",
        "  rows:\n    - from: visits\n    - where: who <> '9'\n    - distinct: [who]\n",
        "  from: rows\n  key: who\n  student: who\n  fields: {name: id}\n", given,
        "      service: [{key: 1, name: v1}, {key: 2, name: v3}]\n      left_out: {visits: 1, "
        "people: 3}\n"},
       true},
      {{"UnionPutsTablesUnderEachOther",
        "  food:\n    - from: people\n    - where: kind = 'f'\n"
        "  rows:\n    - from: people\n    - where: kind = 'h'\n    - union: food\n",
        from_rows, three,
        "      service: [{key: 2, name: Moss}, {key: 1, name: Fern}]\n      left_out: {people: "
        "1}\n"},
       true},
      {{"GroupMeasuresWhatBelongsTogether",
        "  rows:\n    - from: visits\n    - set: {n: integer(hours) else null, d: \"date(day, "
        "'YYYY-MM-DD') else null\"}\n"
        "    - group: [who]\n      take: {times: count, long: count where n > 2, sum: sum n, "
        "latest: max d, one: first id, other: last id}\n"
        "    - where: who = '1'\n",
        "  from: rows\n  key: who\n  student: who\n"
        "  fields: {date: latest, name: \"text(times) || '/' || text(long) || '/' || text(sum) || "
        "'/' || one || '/' || other\"}\n",
        given,
        "      service: [{key: 1, date: 2026-01-09, name: 2/1/5/v1/v2}]\n      left_out: {visits: "
        "2}\n"},
       true},
      {{"RefuseForgetsAndCounts",
        "  rows:\n    - from: people\n    - refuse: kind = 'h'\n      why: housing stays outside\n",
        from_rows, three,
        "      service: [{key: 1}, {key: 3}]\n"
        "      refused: [{stream: people, count: 1, says: housing stays outside}]\n      left_out: "
        "{people: 0}\n"},
       true},
      {{"LiteralsAndCodes", "  rows:\n    - from: people\n",
        "  from: rows\n  key: id\n  student: id\n"
        "  fields: {setting: {literal: community}, category: \"code(kind, 'kinds') else keep\"}\n",
        "      people: |\n        id,kind\n        1,f\n        2,none\n        3,q\n",
        "      service:\n        - {key: 1, category: food, setting: community}\n        - {key: "
        "2, category: null}\n"
        "        - {key: 3, category: {kept: true}}\n      findings: [{line: 4, says: code not in "
        "kinds}]\n"},
       true},
      {{"ElseNullErasesWithoutAFinding", "  rows:\n    - from: people\n",
        "  from: rows\n  key: id\n  student: id\n  fields: {category: \"code(kind, 'kinds') else "
        "null\"}\n",
        "      people: |\n        id,kind\n        3,q\n",
        "      service: [{key: 3, category: null}]\n      findings: []\n"},
       true},
      {{"ElseAValueStandsIn", "  rows:\n    - from: people\n",
        "  from: rows\n  key: id\n  student: id\n  fields: {category: \"code(kind, 'kinds') else "
        "'other'\"}\n",
        "      people: |\n        id,kind\n        3,q\n",
        "      service: [{key: 3, category: other}]\n      findings: []\n"},
       true},
      {{"ElseRejectSetsAside", "  rows:\n    - from: people\n",
        "  from: rows\n  key: id\n  student: id\n  fields: {category: \"code(kind, 'kinds') else "
        "reject\"}\n",
        "      people: |\n        id,kind\n        1,f\n        3,q\n",
        "      service: [{key: 1}]\n      set_aside: [{stream: people, line: 3, field: "
        "category}]\n"},
       true},
      {{"AnEmptyKeySetsAside", "  rows:\n    - from: people\n", from_rows,
        "      people: |\n        id,name\n        ,Fern\n        2,Moss\n",
        "      service: [{key: 2}]\n      set_aside: [{line: 2, field: key, says: the key is "
        "empty}]\n"},
       true},
      {{"ACaseThatExpectsSomethingElseFails", "  rows:\n    - from: people\n", from_rows, three,
        "      service: [{key: 1, name: Reed}, {key: 2}, {key: 3}]\n"},
       false},
      {{"ACaseWithARowTooManyFails", "  rows:\n    - from: people\n", from_rows, three,
        "      service: [{key: 1}, {key: 2}]\n"},
       false},
      {{"ACaseWithAFindingTooFewFails", "  rows:\n    - from: people\n",
        "  from: rows\n  key: id\n  student: id\n  fields: {category: \"code(kind, 'kinds') else "
        "keep\"}\n",
        "      people: |\n        id,kind\n        3,q\n", "      findings: []\n"},
       false},
  };
  return told;
}

TEST_P(Steps, GiveWhatTheCaseSays) {
  const auto& [told, passes] = all()[static_cast<std::size_t>(GetParam())];
  Bench bench(mapping_of(told));
  auto results = run_cases(bench.file(), shipped_model());
  ASSERT_EQ(results.size(), 1u);
  std::string found;
  for (const auto& difference : results[0].differences) found += difference + "\n";
  EXPECT_EQ(found.empty(), passes) << found;
}

TEST_P(Steps, LeaveEveryRowOneFate) {
  const auto& told = all()[static_cast<std::size_t>(GetParam())].first;
  Bench bench(mapping_of(told));
  auto mapping = bench.compile();
  ASSERT_TRUE(mapping) << bench.remarks[0].says;
  record::Arena arena;
  GivenRows rows(*mapping, arena);
  auto node = settings::load(bench.file()).find("cases").items()[0].find("given");
  for (const auto& [stream, csv] : node.entries()) rows.take_csv(stream.text(), csv.text());
  auto block = rows.block();
  auto output = mapping->run(block, arena);
  ASSERT_EQ(output.fates.size(), block.streams.size());
  for (std::size_t s = 0; s < block.streams.size(); ++s)
    EXPECT_EQ(output.fates[s].size(), block.streams[s].rows);
  for (const auto& made : output.entities)
    for (auto row : made.from_row)
      EXPECT_NE(output.fates[made.from_stream][row], Fate::filtered)
          << "a row that came out is used";
  uint64_t refused = 0;
  for (const auto& refusal : output.refusals) refused += refusal.count;
  uint64_t fated = 0;
  for (const auto& fates : output.fates)
    fated += static_cast<uint64_t>(std::ranges::count(fates, Fate::refused));
  EXPECT_EQ(refused, fated);
}

INSTANTIATE_TEST_SUITE_P(Told, Steps, testing::Range(0, static_cast<int>(all().size())),
                         [](const auto& of) {
                           return std::string(all()[static_cast<std::size_t>(of.param)].first.name);
                         });

}  // namespace
}  // namespace homeroom::map
