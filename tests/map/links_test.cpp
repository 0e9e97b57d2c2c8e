// Which rows must be mapped together, told by the two mappings of Maple Hollow.
#include <deque>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "hub/record/json.hpp"
#include "tests/map/bench.hpp"

namespace homeroom::map {
namespace {

std::filesystem::path shipped(const std::string& name) {
  return std::filesystem::path(HOMEROOM_SOURCE_DIR) / "configs/examples/maple-hollow/mappings" /
         name;
}

const std::vector<StreamShape> oneroster = {
    {"users", {"sourcedId"}, "sourcedId", "oneroster.user", false},
    {"demographics", {"sourcedId"}, "sourcedId", "oneroster.user", false},
    {"student_ext", {"Student_Number"}, "Student_Number", "district.student_number", false}};
const std::vector<StreamShape> hmis = {
    {"Client", {"PersonalID"}, "PersonalID", "hmis.PersonalID", false},
    {"Enrollment", {"EnrollmentID"}, "PersonalID", "hmis.PersonalID", false},
    {"Exit", {"EnrollmentID"}, "PersonalID", "hmis.PersonalID", false},
    {"Project", {"ProjectID"}, "", "", true},
    {"Organization", {"OrganizationID"}, "", "", true},
    {"Services", {"ServicesID"}, "PersonalID", "hmis.PersonalID", false}};

/// "row space=value" of each link of a stream's rows.
std::multiset<std::string> links_of(const std::string& mapping,
                                    const std::vector<StreamShape>& shapes,
                                    const std::string& stream, const std::string& csv) {
  std::vector<Remark> remarks;
  auto compiled = Mapping::compile(shipped(mapping), shipped_model(), shapes,
                                   parameters_on(day_of_cases), remarks);
  record::Arena arena;
  GivenRows rows(*compiled, arena);
  rows.take_csv(stream, csv);
  auto block = rows.block();
  std::multiset<std::string> out;
  for (uint32_t s = 0; s < block.streams.size(); ++s)
    for (const auto& link :
         compiled->links(s, block.streams[s].columns, block.streams[s].rows, arena))
      out.insert(std::to_string(link.row) + " " + compiled->spaces()[link.space] + "=" +
                 std::string(link.value.view()));
  return out;
}

TEST(Links, TieAUserToWhomItNamesAndToItsNumber) {
  auto links = links_of("mapping-oneroster.yaml", oneroster, "users",
                        "sourcedId,role,identifier,agentSourcedIds\nA1,guardian,,\"P1,P2\"\nP1,"
                        "student,41,A1\nT1,teacher,9,\n");
  EXPECT_TRUE(links.contains("0 oneroster.user=P1"));
  EXPECT_TRUE(links.contains("0 oneroster.user=P2"));
  EXPECT_TRUE(links.contains("1 oneroster.user=A1"));
  EXPECT_TRUE(links.contains("1 district.student_number=41"));
  EXPECT_FALSE(links.contains("2 district.student_number=9"))
      << "a teacher's number is no student's";
}

TEST(Links, DoNotTieDemographicsBeyondTheirOwnUser) {
  EXPECT_TRUE(links_of("mapping-oneroster.yaml", oneroster, "demographics",
                       "sourcedId,birthDate\nP1,2014-01-02\n")
                  .empty());
}

TEST(Links, TieAServiceAndAnExitToTheirEnrollment) {
  auto stay = links_of("mapping-hmis.yaml", hmis, "Enrollment",
                       "EnrollmentID,PersonalID,ProjectID\nN1,K1,J1\n");
  auto service =
      links_of("mapping-hmis.yaml", hmis, "Services", "ServicesID,EnrollmentID\nW1,N1\n");
  auto exit = links_of("mapping-hmis.yaml", hmis, "Exit", "EnrollmentID,ExitDate\nN1,2025-12-01\n");
  EXPECT_TRUE(stay.contains("0 Enrollment.EnrollmentID=N1"));
  EXPECT_TRUE(service.contains("0 Enrollment.EnrollmentID=N1"));
  EXPECT_TRUE(stay.contains("0 Exit.EnrollmentID=N1"));
  EXPECT_TRUE(exit.contains("0 Exit.EnrollmentID=N1"));
}

TEST(Links, DoNotTieThroughReferenceStreams) {
  for (const auto& link : links_of("mapping-hmis.yaml", hmis, "Enrollment",
                                   "EnrollmentID,PersonalID,ProjectID\nN1,K1,J1\n"))
    EXPECT_THAT(link, testing::Not(testing::HasSubstr("Project")));
}

TEST(Links, LookUpsInReferenceStreamsAreNoted) {
  std::vector<Remark> remarks;
  auto mapping = Mapping::compile(shipped("mapping-hmis.yaml"), shipped_model(), hmis,
                                  parameters_on(day_of_cases), remarks);
  ASSERT_TRUE(mapping);
  record::Arena arena;
  GivenRows rows(*mapping, arena);
  rows.take_csv("Client", "PersonalID,DOB\nK1,2015-05-09\n");
  rows.take_csv("Enrollment", "EnrollmentID,PersonalID,ProjectID,EntryDate\nN1,K1,J1,2025-11-04\n");
  auto output = mapping->run(rows.block(), arena);
  auto is_it = [](const Output::Use& use) {
    return use.reference == reference_token("Project", "J1");
  };
  EXPECT_TRUE(std::ranges::any_of(output.uses, is_it))
      << "also a look-up that found nothing is noted";
}

/// Serves the rows of streams that are named, a row each time.
struct NamedRows : ReferenceRows {
  explicit NamedRows(Block of) : whole(std::move(of)), rows(whole.streams.size()) {}
  const StreamRows& with(uint32_t stream, const std::vector<std::string_view>& keys) override {
    auto& given = rows[stream];
    const auto& all = whole.streams[stream];
    for (auto key : keys) {
      asked.emplace(key);
      for (uint32_t row = 0; row < all.rows; ++row)  // the first column is the key
        if (all.columns[0].text_at(row).view() == key) numbers[stream].insert(row);
    }
    given.rows = static_cast<uint32_t>(numbers[stream].size());
    given.columns.resize(all.columns.size());
    for (std::size_t c = 0; c < all.columns.size(); ++c) {
      auto& kept = texts.emplace_back();
      auto& valid = valids.emplace_back();
      for (auto row : numbers[stream]) {
        valid.push_back(all.columns[c].values && all.columns[c].is_valid(row));
        kept.push_back(valid.back() ? all.columns[c].text_at(row) : record::Text{});
      }
      if (all.columns[c].values)
        given.columns[c] = {record::Type::text, 1, kept.data(), valid.data()};
    }
    return given;
  }
  Block whole;
  std::vector<StreamRows> rows;
  std::map<uint32_t, std::set<uint32_t>> numbers;
  std::multiset<std::string> asked;
  std::deque<std::vector<record::Text>> texts;
  std::deque<std::vector<uint8_t>> valids;
};

TEST(Links, ReferenceStreamsThatAreNamedByTheirKeyNeedNotStandWhole) {
  std::vector<Remark> remarks;
  auto mapping = Mapping::compile(shipped("mapping-hmis.yaml"), shipped_model(), hmis,
                                  parameters_on(day_of_cases), remarks);
  ASSERT_TRUE(mapping);
  record::Arena arena;
  GivenRows rows(*mapping, arena);
  rows.take_csv("Client", "PersonalID,DOB\nK1,2015-05-09\nK2,2014-05-09\n");
  rows.take_csv("Enrollment",
                "EnrollmentID,PersonalID,ProjectID,EntryDate\nN1,K1,J2,2025-11-04\n"
                "N2,K2,J9,2025-11-05\n");
  rows.take_csv("Project", "ProjectID,OrganizationID,ProjectType\nJ1,O1,0\nJ2,O2,0\nJ3,O3,0\n");
  rows.take_csv("Organization", "OrganizationID,VictimServiceProvider\nO1,0\nO2,0\nO3,1\n");
  auto block = rows.block();
  block.makes_reference_rows = false;
  auto whole = mapping->run(block, arena);
  NamedRows named(block);
  for (uint32_t s = 0; s < block.streams.size(); ++s) {
    const auto& name = mapping->reads()[s].stream;
    EXPECT_EQ(mapping->looks_up(s), name == "Project" || name == "Organization") << name;
    if (mapping->looks_up(s)) block.streams[s] = {};
  }
  block.references = &named;
  auto looked_up = mapping->run(block, arena);
  EXPECT_EQ(named.asked, (std::multiset<std::string>{"J2", "J9", "O2"}));
  ASSERT_EQ(looked_up.entities.size(), whole.entities.size());
  std::size_t compared = 0;
  for (std::size_t e = 0; e < whole.entities.size(); ++e) {
    const auto &one = whole.entities[e], &other = looked_up.entities[e];
    ASSERT_EQ(other.rows, one.rows);
    for (std::size_t f = 0; f < one.fields.size(); ++f)
      for (uint32_t row = 0; row < one.rows; ++row, ++compared) {
        if (!one.fields[f].values) continue;
        std::string is, was;
        if (one.fields[f].is_valid(row)) record::append_json_value(was, one.fields[f], row);
        if (other.fields[f].is_valid(row)) record::append_json_value(is, other.fields[f], row);
        EXPECT_EQ(is, was);
      }
  }
  EXPECT_GT(compared, 20u);
}

TEST(Links, TheStudentsSpaceIsThatOfTheRoster) {
  std::vector<Remark> remarks;
  auto mapping = Mapping::compile(shipped("mapping-oneroster.yaml"), shipped_model(), oneroster,
                                  parameters_on(day_of_cases), remarks);
  ASSERT_TRUE(mapping);
  EXPECT_EQ(mapping->spaces()[mapping->student_space()], "oneroster.user");
}

/// "stream space=value" of each link, and the cost of each step that folds or joins.
std::vector<std::string> told_of(const std::string& tables) {
  Bench bench(
      "mapping: 1\nreads: {visits: 'id, who, place, day', people: 'id, name, born'}\ntables:\n" +
      tables + "service: {from: rows, key: key, student: key, fields: {name: key}}\n");
  auto mapping = bench.compile(
      {{"visits", {"id"}, "who", "person", false}, {"people", {"id"}, "id", "person", false}});
  EXPECT_TRUE(mapping) << (bench.remarks.empty() ? "" : bench.remarks[0].says);
  if (!mapping) return {};
  record::Arena arena;
  GivenRows rows(*mapping, arena);
  rows.take_csv("visits", "id,who,place,day\nv1,1,mill,2026-01-05\n");
  rows.take_csv("people", "id,name,born\n1,Fern,2026-01-05\n");
  auto block = rows.block();
  std::vector<std::string> out;
  for (uint32_t s = 0; s < block.streams.size(); ++s)
    for (const auto& link : mapping->links(s, block.streams[s].columns, 1, arena))
      out.push_back(mapping->reads()[s].stream + " " + mapping->spaces()[link.space] + "=" +
                    std::string(link.value.view()));
  for (const auto& step : mapping->steps())
    if (step.cost == StepClass::global) out.push_back("global " + step.step);
  return out;
}

TEST(Links, AGroupByItsSubjectTiesNothing) {
  EXPECT_THAT(told_of("  rows: [{from: visits}, {group: [who], take: {key: first who}}]\n"),
              testing::IsEmpty());
}

TEST(Links, AGroupOverManySubjectsTiesThemByItsKeyAndIsGlobal) {
  EXPECT_THAT(told_of("  rows: [{from: visits}, {set: {place2: upper(place)}}, {group: [place2], "
                      "take: {key: first who}}]\n"),
              testing::ElementsAre("visits rows:place2=MILL", "global group"));
}

TEST(Links, AJoinOnWhatATableComputesIsTiedByThatValue) {
  EXPECT_THAT(
      told_of(
          "  births: [{from: people}, {set: {on: \"date(born, 'YYYY-MM-DD') else null\"}}]\n"
          "  rows:\n    - from: visits\n    - set: {on: \"date(day, 'YYYY-MM-DD') else null\"}\n"
          "    - {join: births, by: births.on = on}\n    - set: {key: births.id}\n"),
      testing::UnorderedElementsAre("visits births:on=\"2026-01-05\"",
                                    "people births:on=\"2026-01-05\""));
}

TEST(Links, AJoinThatNeedsTwoStreamsToKnowItsKeyTakesAllRowsAndIsGlobal) {
  EXPECT_THAT(told_of("  rows:\n    - from: visits\n    - {join: people, by: people.id = who}\n"
                      "    - {join: people, as: twin, by: twin.name = place || people.name}\n    - "
                      "set: {key: who}\n"),
              testing::UnorderedElementsAre("visits *=*", "people *=*", "global join"));
}

TEST(Links, BothHalvesOfAUnionAreTied) {
  EXPECT_THAT(
      told_of(
          "  other: [{from: people}, {set: {place: name}}]\n"
          "  rows: [{from: visits}, {union: other}, {group: [place], take: {key: first place}}]\n"),
      testing::UnorderedElementsAre("visits rows:place=mill", "people rows:place=Fern",
                                    "global group"));
}

}  // namespace
}  // namespace homeroom::map
