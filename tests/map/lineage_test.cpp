// Each row that comes out knows every row it came from: base, joined, looked up and folded ones.
#include <gmock/gmock.h>
#include <unistd.h>

#include "tests/map/bench.hpp"

namespace homeroom::map {
namespace {

using testing::ElementsAre;

/// Runs the mapping on its first case and tells, by key, where each row came from as "stream:line".
std::map<std::string, std::vector<std::string>> sources_by_key(const std::string& tables,
                                                               const std::string& entity) {
  Bench bench(
      "mapping: 1\n"
      "reads:\n"
      "  people: id, name\n"
      "  visits: id, who, place\n"
      "  places: id, title\n" +
      tables + entity);
  auto mapping = bench.compile();
  EXPECT_TRUE(mapping) << (bench.remarks.empty() ? "" : bench.remarks[0].says);
  if (!mapping) return {};
  record::Arena arena;
  GivenRows rows(*mapping, arena);
  rows.take_csv("people", "id,name\n1,Fern\n2,Moss\n3,Reed\n");
  rows.take_csv("visits", "id,who,place\nv1,1,x\nv2,1,y\nv3,2,x\nv4,1,x\n");
  rows.take_csv("places", "id,title\nx,Mill\ny,Pond\n");
  auto block = rows.block();
  auto output = mapping->run(block, arena);
  std::map<std::string, std::vector<std::string>> out;
  for (const auto& made : output.entities)
    for (uint32_t row = 0; row < made.rows; ++row)
      for (const auto& from : made.lineage.of(row))
        out[std::string(made.key.text_at(row).view())].push_back(
            mapping->reads()[from.stream].stream + ":" +
            std::to_string(block.streams[from.stream].lines[from.row]));
  return out;
}

TEST(Lineage, of_a_joined_row_names_the_base_first_then_the_joined) {
  auto from = sources_by_key(
      "tables:\n  rows:\n    - from: visits\n    - join: people\n      by: people.id = who\n"
      "    - join: places\n      by: places.id = place\n    - where: id <> 'v1'\n",
      "service:\n  from: rows\n  key: id\n  student: who\n  fields: {name: places.title}\n");
  EXPECT_THAT(from["v2"], ElementsAre("visits:3", "people:2", "places:3"));
  EXPECT_THAT(from["v3"], ElementsAre("visits:4", "people:3", "places:2"));
  EXPECT_EQ(from.size(), 3u);
}

TEST(Lineage, of_a_grouped_row_names_every_row_of_the_group) {
  auto from = sources_by_key(
      "tables:\n  rows:\n    - from: visits\n    - group: [who]\n      take: {times: count}\n",
      "service:\n  from: rows\n  key: who\n  student: who\n  fields: {name: text(times)}\n");
  EXPECT_THAT(from["1"], ElementsAre("visits:2", "visits:3", "visits:5"));
  EXPECT_THAT(from["2"], ElementsAre("visits:4"));
}

TEST(Lineage, of_a_row_that_joined_a_group_names_the_group_also_when_another_joined_it_first) {
  auto from = sources_by_key(
      "tables:\n  busy:\n    - from: visits\n    - group: [place]\n      take: {times: count}\n"
      "  rows:\n    - from: visits\n    - join: busy\n      by: busy.place = place\n",
      "service:\n  from: rows\n  key: id\n  student: who\n  fields: {name: text(busy.times)}\n");
  EXPECT_THAT(from["v1"], ElementsAre("visits:2", "visits:4", "visits:5"));
  EXPECT_THAT(from["v4"], ElementsAre("visits:5", "visits:2", "visits:4"));
  EXPECT_THAT(from["v2"], ElementsAre("visits:3"));
}

TEST(Lineage, goes_through_a_group_of_groups_and_a_union) {
  auto from = sources_by_key(
      "tables:\n  once:\n    - from: visits\n    - distinct: [who, place]\n"
      "  more:\n    - from: people\n    - set: {who: id}\n    - where: id = '3'\n"
      "  rows:\n    - from: once\n    - union: more\n    - group: [who]\n      take: {times: "
      "count}\n",
      "service:\n  from: rows\n  key: who\n  student: who\n  fields: {name: text(times)}\n");
  EXPECT_THAT(from["1"], testing::UnorderedElementsAre("visits:2", "visits:3", "visits:5"));
  EXPECT_THAT(from["3"], ElementsAre("people:4"));
}

TEST(StepRows, tell_how_many_rows_came_out_of_each) {
  Bench bench(
      "mapping: 1\nreads: {people: 'id, kind'}\n"
      "tables:\n  rows:\n    - from: people\n    - where: kind = 'f'\n    - distinct: [kind]\n"
      "service: {from: rows, key: id, student: id, fields: {name: kind}}\n");
  auto mapping = bench.compile();
  ASSERT_TRUE(mapping);
  record::Arena arena;
  GivenRows rows(*mapping, arena);
  rows.take_csv("people", "id,kind\n1,f\n2,f\n3,h\n");
  auto output = mapping->run(rows.block(), arena);
  std::vector<std::string> told;
  for (std::size_t i = 0; i < mapping->steps().size(); ++i)
    told.push_back(mapping->steps()[i].table + " " + mapping->steps()[i].step + " " +
                   std::to_string(output.step_rows[i]));
  EXPECT_THAT(told, ElementsAre("rows from 3", "rows where 2", "rows distinct 1"));
}

}  // namespace
}  // namespace homeroom::map
