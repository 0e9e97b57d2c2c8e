// A mapping proposed from what a source shows.
#include <sstream>

#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "hub/map/map.hpp"
#include "tests/map/bench.hpp"

namespace homeroom::map {
namespace {

using testing::HasSubstr;
using testing::Not;

const Words& shipped_words() {
  static const auto loaded = load_words(
      std::filesystem::path(HOMEROOM_SOURCE_DIR) / "configs/words.yaml", shipped_model());
  return loaded;
}

/// A stream of students from CSV text; every row is seen `times` times.
SeenStream students(const std::string& csv, int times = 1) {
  SeenStream stream{
      {"students", {"student_id"}, "student_id", "district.student_number", false}, {}, 0, true};
  each_record(csv, [&](const std::vector<std::string>& cells, uint32_t line) {
    if (line == 1) {
      for (const auto& cell : cells) stream.columns.emplace_back(cell);
      return;
    }
    for (int i = 0; i < times; ++i) {
      for (std::size_t c = 0; c < cells.size(); ++c) stream.columns[c].take(cells[c]);
      ++stream.rows;
    }
  });
  return stream;
}

std::string proposed(const SeenStream& stream, const std::string& entity = "student") {
  return propose("sis", {stream}, {{*shipped_model().find(entity), 0}}, shipped_model(),
                 shipped_words());
}

/// It lints clean and its case passes.
void expect_sound(const std::string& mapping) {
  Bench bench(mapping);
  for (const auto& remark : lint(bench.file(), shipped_model()))
    if (remark.kind != Remark::Kind::note)
      ADD_FAILURE() << remark.place.line << ": " << remark.says << "\n" << mapping;
  auto cases = run_cases(bench.file(), shipped_model());
  EXPECT_EQ(cases.size(), 1u);
  for (const auto& result : cases)
    for (const auto& difference : result.differences)
      ADD_FAILURE() << difference << "\n" << mapping;
}

struct Spelling {
  const char* column;
  const char* value;
  const char* line;
};
class Spellings : public testing::TestWithParam<Spelling> {};

TEST_P(Spellings, OfOneNameAreOne) {
  auto mapping = proposed(
      students(std::string("student_id,") + GetParam().column + "\n1," + GetParam().value + "\n"));
  EXPECT_THAT(mapping, HasSubstr(GetParam().line));
  expect_sound(mapping);
}
INSTANTIATE_TEST_SUITE_P(
    Names, Spellings,
    testing::Values(
        Spelling{"birth_date", "2014-11-23", "date(birth_date, 'YYYY-MM-DD') else keep"},
        Spelling{"birthDate", "11/23/2014", "date(birthDate, 'MM/DD/YYYY') else keep"},
        Spelling{"DOB", "1/23/2014", "date(DOB, 'M/D/YYYY') else keep"},
        Spelling{"Date of Birth", "20141123", "date(\"Date of Birth\", 'YYYYMMDD') else keep"},
        Spelling{"student_first_name", "WILLA", "name_case(student_first_name)"},
        Spelling{"Last or Surname", "TESTWOOD", "name_case(\"Last or Surname\")"},
        Spelling{"gender", "Female", "code(gender, 'sex') else keep"},
        Spelling{"Sex", "F", "code(Sex, 'sex') else keep"},
        Spelling{"Migrant Status", "Y", "bool(\"Migrant Status\") else keep"},
        Spelling{"end", "x", "left outside: end (1 different texts)"},
        Spelling{"Zip", "43004", "postal(Zip) else keep"},
        Spelling{"cell phone", "(614) 555-0142", "phone(\"cell phone\", 'US') else keep"}));

TEST(Proposal, LeavesADoubtToAPerson) {
  auto mapping = proposed(students("student_id,birth_date,migrant\n1,early spring,sometimes\n"));
  EXPECT_THAT(
      mapping,
      HasSubstr(
          "# birthDate: ?  birth_date (1 different texts): its values are no dates of one format"));
  EXPECT_THAT(
      mapping,
      HasSubstr("# migrant: ?  migrant (1 different texts): its values are not yes and no"));
  EXPECT_THAT(mapping, HasSubstr("  students: student_id\n"));
  expect_sound(mapping);
}

TEST(Proposal, CountsCodesAndAsksWhatAnUnknownOneMeans) {
  auto mapping = proposed(students("student_id,race\n1,White\n2,Asian\n3,Multiple\n", 3));
  EXPECT_THAT(mapping, HasSubstr("White:    WHITE                  # 3 rows"));
  EXPECT_THAT(mapping, HasSubstr("Multiple: \"\"                     # 3 rows; which of AIAN"));
  expect_sound(mapping);
}

TEST(Proposal, NeverShowsATextThatMayBeAPersons) {
  // A name that slipped into a column of codes, and columns of names however few.
  std::string csv = "student_id,gender,last_name,counselor\n";
  for (int i = 0; i < 20; ++i)
    csv += std::to_string(7100 + i) + (i == 7 ? ",Nosuchname" : ",Female") + ",Testwood,Madeup\n";
  auto mapping = proposed(students(csv));
  for (const char* value : {"Nosuchname", "TESTWOOD,", "Madeup", "7100"})
    EXPECT_THAT(mapping, Not(HasSubstr(value)));
  EXPECT_THAT(mapping, HasSubstr("Female: F"));
  expect_sound(mapping);
}

TEST(Proposal, MakesAListOfYesAndNoColumns) {
  auto mapping = proposed(students(
      "student_id,asian,blackOrAfricanAmerican,white\n1,true,false,false\n2,false,true,true\n"));
  EXPECT_THAT(mapping, HasSubstr("each_true:\n        ASIAN: bool(asian) else keep\n        BLACK: "
                                 "bool(blackOrAfricanAmerican) else keep"));
  expect_sound(mapping);
}

TEST(Proposal, TakesOneRowAStudentWhereThereAreMore) {
  auto stream = students("student_id,course,first_name\n1,A,Willa\n1,B,Willa\n");
  stream.shape.key = {"student_id", "course"};
  auto mapping = proposed(stream);
  EXPECT_THAT(mapping, HasSubstr("- distinct: [student_id]"));
  EXPECT_THAT(mapping, HasSubstr("from: one_students"));
  expect_sound(mapping);
  const auto& model = shipped_model();
  expect_sound(propose("sis", {stream},
                       {{*model.find("student"), 0}, {*model.find("enrollment"), 0}}, model,
                       shipped_words()));
}

/// Schools with a key of this name and these keys.
SeenStream schools(const std::string& key, const std::vector<std::string>& keys) {
  SeenStream stream{{"schools", {key}, "", "", true}, {}, keys.size(), true};
  stream.columns.emplace_back(key);
  stream.columns.emplace_back("title");
  for (const auto& one : keys) stream.columns[0].take(one), stream.columns[1].take("Mill");
  return stream;
}

TEST(Proposal, NamesTheStreamWhoseKeyAColumnHolds) {
  auto with = [](const std::string& column, const SeenStream& other) {
    auto mapping =
        propose("sis", {students("student_id," + column + "\n1,7\n2,8\n")},
                {{*shipped_model().find("student"), 0}}, shipped_model(), shipped_words(), {other});
    expect_sound(mapping);
    return mapping;
  };
  EXPECT_THAT(
      with("school_id", schools("school_id", {"7", "9"})),
      HasSubstr("# school_id looks like the key of schools, which also has: title\n"
                "# To use it, name schools and its columns in reads, and take rows from a table:\n"
                "#   with_schools:\n#     - from: students\n#     - join: schools\n"
                "#       by: schools.school_id = school_id\n"));
  EXPECT_THAT(with("School Number", schools("Number", {"7"})),
              HasSubstr("#       by: schools.Number = \"School Number\"\n"));
  EXPECT_THAT(with("schoolId", schools("sourcedId", {"8"})),
              HasSubstr("by: schools.sourcedId = schoolId"));
  for (const auto& mapping :
       {with("school_id", schools("school_id", {"70"})),  // no value of it stands there
        with("id", schools("id", {"7"})), with("homeroom", schools("school_id", {"7"}))})
    EXPECT_THAT(mapping, Not(HasSubstr("looks like the key")));
}

TEST(Proposal, DoesNotTakeAnotherSystemsNumberForTheDistricts) {
  auto stream = students("student_id\n1\n");
  stream.shape.space = "clinic.patient";
  EXPECT_THAT(proposed(stream), Not(HasSubstr("identifiers")));
}

TEST(Proposal, RefusesRowsThatAreNobodys) {
  auto stream = students("student_id\n1\n");
  stream.shape.subject = "";
  EXPECT_THROW(proposed(stream), Error);
}

TEST(Words, SayWhereTheyNameWhatTheModelLacks) {
  Bench bench("words: 1\nfields: {student: {birthdat: [dob]}}\ncodes: {}\n");
  try {
    load_words(bench.file(), shipped_model());
    FAIL();
  } catch (const Error& wrong) {
    EXPECT_THAT(wrong.what(), HasSubstr(":2:20: student has no field birthdat"));
  }
}

}  // namespace
}  // namespace homeroom::map
