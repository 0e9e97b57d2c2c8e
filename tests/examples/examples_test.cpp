// The mappings of public example projects: their cases hold, lint says nothing, and with
// HOMEROOM_DATA naming the folder of the sources every row comes out as the projects' templates
// ask.
#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>

#include "hub/map/cases.hpp"
#include "hub/record/json.hpp"
#include "hub/settings/model.hpp"

namespace homeroom::map {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using Row =
    std::map<std::string, std::string>;  ///< a source's cells by column, or fields as JSON by path

const fs::path examples = fs::path(HOMEROOM_SOURCE_DIR) / "mappings/examples";

const record::Model& model() {
  static const auto loaded =
      settings::load_model(fs::path(HOMEROOM_SOURCE_DIR) / "configs/model.yaml", {});
  return loaded;
}

fs::path sources() {
  const char* folder = std::getenv("HOMEROOM_DATA");
  return folder ? fs::path(folder) / "education/earthmover" : fs::path();
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

std::vector<Row> rows_of(const std::string& csv) {
  std::vector<Row> out;
  std::vector<std::string> head;
  each_record(csv, [&](const std::vector<std::string>& cells, uint32_t) {
    if (head.empty()) return head = cells, void();
    auto& row = out.emplace_back();
    for (std::size_t i = 0; i < head.size(); ++i) row[head[i]] = cells.at(i);
  });
  return out;
}

/// The rows of an entity by key, the parts of a compound key joined by '+'.
using Made = std::map<std::string, Row>;

class Mapped {
 public:
  Mapped(const std::string& name, const std::map<std::string, std::string>& given) {
    std::vector<Remark> remarks;
    auto mapping = Mapping::compile(examples / name / "mapping.yaml", model(), {},
                                    parameters_on(day_of_cases), remarks);
    if (!mapping) throw std::runtime_error(remarks.at(0).says);
    record::Arena arena;
    GivenRows rows(*mapping, arena);
    for (const auto& [stream, csv] : given) rows.take_csv(stream, csv);
    auto output = mapping->run(rows.block(), arena);
    findings = output.findings.size();
    for (const auto& of : output.entities)
      for (uint32_t row = 0; row < of.rows; ++row) take(of, row);
  }

  std::map<std::string, Made> made;
  std::size_t findings = 0;

 private:
  void take(const EntityRows& of, uint32_t row) {
    const auto& entity = model().entities[of.entity];
    std::string key(of.key.text_at(row).view());
    std::ranges::replace(key, '\x1f', '+');
    auto& fields = made[entity.name][key];
    if (of.student.values) fields["student"] = of.student.text_at(row).view();
    for (std::size_t f = 0; f < entity.fields.size(); ++f)
      if (of.fields[f].values && of.fields[f].is_valid(row))
        record::append_json_value(fields[entity.fields[f].path], of.fields[f], row);
  }
};

std::string json(const std::string& text) {
  std::string out;
  record::append_json_string(out, text);
  return out;
}

class ExampleSources : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(sources()))
      GTEST_SKIP() << "HOMEROOM_DATA names no folder with the example projects";
  }
  static std::string source(const std::string& file) { return text_of(sources() / file); }
};

TEST(Examples, TheirCasesHoldAndLintSaysNothing) {
  int mappings = 0;
  for (const auto& folder : fs::directory_iterator(examples)) {
    auto file = folder.path() / "mapping.yaml";
    if (!fs::exists(file)) continue;
    ++mappings;
    auto cases = run_cases(file, model());
    EXPECT_GE(cases.size(), 2u) << file;
    for (const auto& one : cases)
      EXPECT_THAT(one.differences, IsEmpty()) << file << ": " << one.name;
    for (const auto& remark : lint(file, model()))
      if (remark.kind != Remark::Kind::note)
        ADD_FAILURE() << file << ':' << remark.place.line << ": " << remark.says;
  }
  EXPECT_EQ(mappings, 3);
}

// absent TRUE -> absent, FALSE -> present; section is the session.
TEST_F(ExampleSources, AttendanceSaysForEachRowWhoWasThere) {
  auto csv = source("01_simple/attendance.tsv");
  std::ranges::replace(csv, '\t', ',');
  Mapped mapped("attendance-events", {{"attendance", csv}});
  auto rows = rows_of(csv);
  const auto& made = mapped.made["attendance"];
  ASSERT_EQ(rows.size(), 999u);
  EXPECT_EQ(made.size(), rows.size());
  EXPECT_EQ(mapped.findings, 0u);
  for (auto& row : rows) {
    auto found = made.find(row["student_id"] + '+' + row["day"] + '+' + row["section"]);
    ASSERT_NE(found, made.end());
    Row expected = {{"student", row["student_id"]},
                    {"date", json(row["day"])},
                    {"section", json(row["section"])},
                    {"status", row["absent"] == "TRUE" ? "\"absent-unexcused\"" : "\"present\""}};
    EXPECT_EQ(found->second, expected);
  }
}

/// "4/7/2008" as 2008-04-07.
std::string iso_day(const std::string& text) {
  int month = 0, day = 0, year = 0;
  char between = 0;
  std::istringstream(text) >> month >> between >> day >> between >> year;
  char out[32];
  std::snprintf(out, sizeof out, "%04d-%02d-%02d", year, month, day);
  return out;
}

std::string grade(const std::string& number) {
  return json(number.size() == 1 ? "0" + number : number);
}

TEST_F(ExampleSources, TheStudentExportFillsWhatTheTemplatesAsk) {
  auto students = source("09_edfi/students_anytown.csv"), schools = source("09_edfi/schools.csv");
  Mapped mapped("student-export", {{"students", students}, {"schools", schools}});
  EXPECT_EQ(mapped.findings, 0u);
  std::map<std::string, Row> school_of;
  for (auto& row : rows_of(schools)) school_of[row["school_id"]] = row;
  std::size_t attending = 0;
  for (auto& row : rows_of(students)) {
    auto school = school_of.find(row["school_id"]);
    bool is_there = school != school_of.end();  // the inner join of the project
    EXPECT_EQ(mapped.made["student"].contains(row["student_id"]), is_there);
    if (!is_there) continue;
    ++attending;
    auto student = mapped.made["student"].at(row["student_id"]);  // student.jsont
    EXPECT_EQ(student["identifiers.district"], json(row["student_id"]));
    EXPECT_EQ(student["birthDate"], json(iso_day(row["birth_date"])));
    EXPECT_EQ(student["name.first"], json(row["first_name"]));
    EXPECT_EQ(student["name.last"], json(row["last_name"]));
    EXPECT_EQ(student["identifiers.state"],
              json(row["state_student_id"]));  // studentEducationOrganizationAssociation.jsont
    EXPECT_EQ(student["sex"], row["gender"] == "Male" ? "\"M\"" : "\"F\"");
    static const std::map<std::string, std::string> races = {{"Asian", "ASIAN"},
                                                             {"Black", "BLACK"},
                                                             {"White", "WHITE"},
                                                             {"Hispanic", "hispanic"},
                                                             {"Multiple", "two-or-more"}};
    EXPECT_EQ(student["raceSummary"], json(races.at(row["race"])));
    auto enrollment =
        mapped.made["enrollment"].at(row["student_id"]);  // studentSchoolAssociation.jsont
    EXPECT_EQ(enrollment["school"], json(row["school_id"]));
    EXPECT_EQ(enrollment["schoolName"], json(school->second["school_name"]));
    EXPECT_EQ(enrollment["gradeLevel"], grade(row["grade"]));
    EXPECT_EQ(enrollment["entryDate"], "\"2020-08-23\"");
    EXPECT_EQ(enrollment["exitDate"], "\"2021-06-05\"");
  }
  EXPECT_EQ(attending, 1199u);
  auto& organizations = mapped.made["organization"];
  EXPECT_EQ(organizations.size(), school_of.size() + 1);
  for (auto& [id, row] : school_of) {  // school.jsont
    auto school = organizations.at(id);
    EXPECT_EQ(school["name"], json(row["school_name"]));
    EXPECT_EQ(school["parent"], json(row["district_id"]));
    EXPECT_EQ(school["lowestGrade"], grade(row["low_grade"]));
    EXPECT_EQ(school["highestGrade"], grade(row["high_grade"]));
    EXPECT_EQ(organizations.at(row["district_id"])["kind"], "\"district\"");
  }
}

/// The crosswalk's descriptor ends in the word that the canonical row keeps.
void expect_word_of(const std::string& crosswalk, const std::string& column,
                    const std::string& word) {
  std::string descriptor;
  for (auto& row : rows_of(crosswalk))
    if (row[column] == word) descriptor = row["descriptor"];
  EXPECT_THAT(descriptor, testing::EndsWith('#' + word))
      << word << " in the crosswalk of " << column;
}

TEST_F(ExampleSources, DisciplineSaysWhatHappenedAndWhatWasDone) {
  auto incidents = source("10_jinja/incidents.csv"), actions = source("10_jinja/actions.csv");
  Mapped mapped("discipline", {{"incidents", incidents}, {"actions", actions}});
  EXPECT_EQ(mapped.findings, 0u);
  static const std::map<std::string, std::string> codes = {
      {"Assault", "fighting"},          {"Code of Conduct Violation", "disruption"},
      {"Drug Violation", "other"},      {"Harassment", "harassment"},
      {"Tobacco Violation", "tobacco"}, {"In School Suspension", "in-school-suspension"},
      {"Parent Meeting", "conference"}, {"Removal from Classroom", "other"},
      {"Apology Letter", "other"},      {"Reflection", "other"}};
  std::map<std::string, Row> incident_of;
  for (auto& row : rows_of(incidents)) incident_of[row["incident_id"]] = row;
  auto rows = rows_of(actions);
  EXPECT_EQ(rows.size(), 6u);
  EXPECT_EQ(mapped.made["incident"].size(), rows.size());
  for (auto& action : rows) {
    auto& incident = incident_of.at(action["incident_id"]);
    // disciplineIncident.jsont, studentDisciplineIncidentAssociation.jsont, disciplineAction.jsont
    Row expected = {
        {"student", incident["student_id"]},
        {"school", json(incident["school_id"])},
        {"date", json(incident["date"])},
        {"time", json(incident["time"])},
        {"location", json(incident["location"])},
        {"behaviors", '[' + json(codes.at(incident["behavior"])) + ']'},
        {"weapons", incident["weapon"].empty() ? "[]" : '[' + json(incident["weapon"]) + ']'},
        {"action", json(codes.at(action["discipline"]))},
        {"actionReason", json(action["discipline"])},
        {"actionStart", json(action["date"])},
        {"days", action["length"]}};
    EXPECT_EQ(mapped.made["incident"].at(action["incident_id"] + '+' + action["action_id"]),
              expected);
    expect_word_of(source("10_jinja/locations.csv"), "location", incident["location"]);
    expect_word_of(source("10_jinja/disciplines.csv"), "discipline", action["discipline"]);
    expect_word_of(source("10_jinja/behaviors.csv"), "behavior", incident["behavior"]);
    if (!incident["weapon"].empty())
      expect_word_of(source("10_jinja/weapons.csv"), "weapon", incident["weapon"]);
  }
}

}  // namespace
}  // namespace homeroom::map
