// What a mapping that is wrong says, where, and what may have been meant; what the linter adds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/map/bench.hpp"

namespace homeroom::map {
namespace {

using testing::HasSubstr;

/// What lint says of a mapping, a line a remark: "line: says".
std::string said(const std::string& yaml) {
  Bench bench(yaml);
  std::string out;
  for (const auto& remark : lint(bench.file(), shipped_model()))
    if (remark.kind != Remark::Kind::note)
      out += std::to_string(remark.place.line) + (remark.is_error ? ": error: " : ": ") +
             remark.says + "\n";
  return out;
}

/// `lines` replaced below a sound beginning of four lines.
std::string with(const std::string& lines) {
  return "mapping: 1\nreads:\n  people: id, name, born\ncodes: {kinds: {f: food}}\n" + lines;
}

TEST(Mistakes, AColumnThatReadsDoesNotNameGetsItsNeighbour) {
  EXPECT_THAT(
      said(with("service:\n  from: people\n  key: id\n  student: id\n  fields:\n    name: nane\n")),
      HasSubstr("10: error: no column nane, did you mean name"));
}

TEST(Mistakes, AFieldTheModelDoesNotHaveGetsItsNeighbour) {
  EXPECT_THAT(
      said(with("service:\n  from: people\n  key: id\n  student: id\n  fields:\n    nam: name\n")),
      HasSubstr("10: error: service has no field nam, did you mean name?"));
}

TEST(Mistakes, AnEntityTheModelDoesNotHaveGetsItsNeighbour) {
  EXPECT_THAT(said(with("servise:\n  from: people\n")),
              HasSubstr("5: error: no entity servise, did you mean service?"));
}

TEST(Mistakes, AStreamThatIsNotReadGetsItsNeighbour) {
  EXPECT_THAT(said(with("tables:\n  rows:\n    - from: peple\n")),
              HasSubstr("7: error: no stream or earlier table peple, did you mean people?"));
}

TEST(Mistakes, AQuotedWordIsAskedWhatItIs) {
  EXPECT_THAT(
      said(with(
          "service:\n  from: people\n  key: id\n  student: id\n  fields:\n    name: 'name'\n")),
      HasSubstr("10: error: column or literal?"));
}

/// What compiling says of a mapping whose codes lie in a file of these lines.
std::string said_of_codes(const std::string& lines) {
  Bench bench("mapping: 1\nreads:\n  people: id\ncodes:\n  kinds: {file: kinds.csv}\n");
  std::ofstream(bench.file().parent_path() / "kinds.csv") << lines;
  std::string out;
  for (const auto& remark : lint(bench.file(), shipped_model()))
    if (remark.kind != Remark::Kind::note)
      out += std::filesystem::path(remark.place.file).filename().string() + ":" +
             std::to_string(remark.place.line) + ": " + remark.says + "\n";
  return out;
}

TEST(Mistakes, ALineOfACodeFileThatIsNoPairIsNamed) {
  EXPECT_THAT(said_of_codes("code,value\nf,food\nhousing\n"),
              HasSubstr("kinds.csv:3: expected 2 cells, found 1"));
  EXPECT_THAT(said_of_codes("f,food\n"),
              HasSubstr("kinds.csv:1: expected a first line with code,value"));
  EXPECT_THAT(said_of_codes(""), HasSubstr("kinds.csv:1: expected a first line with code,value"));
  EXPECT_THAT(said_of_codes("code,value\n\"f,food\n"),
              HasSubstr("kinds.csv:2: a quote is not closed"));
}

TEST(Mistakes, RowsOfACodeThatHoldOnTheSameDayAreNamed) {
  const std::string head = "code,value,owner,valid_from,valid_to\n";
  EXPECT_THAT(said_of_codes(head + "f,food,us,2025-01-01,2025-06-30\nf,meal,us,2025-06-30,\n"),
              HasSubstr("kinds.csv:3: this code holds on days of another of its rows"));
  EXPECT_THAT(said_of_codes(head + "f,food,us,,\nf,meal,us,2025-06-30,\n"),
              HasSubstr("kinds.csv:3: this code stands there without dates too"));
  EXPECT_THAT(said_of_codes(head + "f,food,us,2025-07-01,2025-06-30\n"),
              HasSubstr("kinds.csv:2: valid_from is after valid_to"));
  EXPECT_THAT(said_of_codes(head + "f,food,us,07/01/2025,\n"),
              HasSubstr("kinds.csv:2: valid_from is not a date YYYY-MM-DD"));
}

TEST(Mistakes, ARowOfACodeFileThatTheModelDoesNotKnowIsPlacedThere) {
  Bench bench(
      "mapping: 1\nreads:\n  people: id, sex\ncodes:\n  sexes: {file: sexes.csv}\n"
      "student:\n  from: people\n  key: id\n  fields: {sex: \"code(sex, 'sexes') else null\"}\n");
  std::ofstream(bench.file().parent_path() / "sexes.csv") << "code,value\nf,F\nm,N\n";
  std::vector<std::string> said;
  for (const auto& remark : lint(bench.file(), shipped_model()))
    said.push_back(std::filesystem::path(remark.place.file).filename().string() + ":" +
                   std::to_string(remark.place.line) + ": " + remark.says);
  EXPECT_THAT(
      said, testing::Contains(HasSubstr("sexes.csv:3: the row m gives N, which is not among sex")));
}

TEST(Mistakes, ACodeThatStandsTwiceInItsFileIsNamed) {
  EXPECT_THAT(said_of_codes("code,value\nf,food\n\nf,housing\n"),
              HasSubstr("kinds.csv:4: this code stands there twice"));
}

TEST(Mistakes, ATypeThatDoesNotFitIsRefused) {
  EXPECT_THAT(
      said(with("service:\n  from: people\n  key: id\n  student: id\n  fields:\n    date: born\n")),
      HasSubstr("10: error: date is date, the expression gives text"));
}

TEST(Mistakes, AStudentsRowMustSayWhoseItIs) {
  EXPECT_THAT(said(with("service:\n  from: people\n  key: id\n  fields: {name: name}\n")),
              HasSubstr("student is missing"));
}

TEST(Mistakes, AStepNobodyKnowsIsRefused) {
  EXPECT_THAT(said(with("tables:\n  rows:\n    - from: people\n    - wher: id = '1'\n")),
              HasSubstr("8: error: unknown step"));
}

TEST(Mistakes, ARequiredFieldMustBeFilled) {
  EXPECT_THAT(said(with("student:\n  from: people\n  key: id\n  required: [name.last]\n  fields: "
                        "{name.first: name}\n")),
              HasSubstr("8: error: required, but this mapping does not fill it"));
}

TEST(Mistakes, BrokenYamlIsARemarkToo) {
  EXPECT_THAT(said("mapping: [1\n"), HasSubstr("error: "));
}

TEST(Lint, AsksWhatAFailureDoes) {
  EXPECT_THAT(said(with("service:\n  from: people\n  key: id\n  student: id\n  fields:\n    date: "
                        "date(born, 'YYYY-MM-DD')\n")),
              HasSubstr("10: date(...) may not be readable; say what date is then"));
}

constexpr const char* student = "student: {from: people, key: id, fields: {name.last: name}}\n";

TEST(Lint, DoesNotAskWhereTheAnswerIsWrittenOrTheRowIsRequired) {
  EXPECT_EQ(said(with("service:\n  from: people\n  key: id\n  student: id\n  fields:\n"
                      "    date: date(born, 'YYYY-MM-DD') else keep\n    category: code(name, "
                      "'kinds') else keep\n" +
                      std::string(student))),
            "");
  EXPECT_EQ(said("mapping: 1\nreads:\n  people: id, name, born\ncodes: {kinds: {p: present}}\n"
                 "attendance:\n  from: people\n  key: id\n  student: id\n  fields:\n"
                 "    date: date(born, 'YYYY-MM-DD')\n    status: code(name, 'kinds')\n" +
                 std::string(student)),
            "");
}

TEST(Lint, NamesWhatNothingUses) {
  auto remarks = said(with(
      "tables:\n  idle:\n    - from: people\nservice:\n  from: people\n  key: id\n  student: id\n"
      "  fields: {name: name}\n"));
  EXPECT_THAT(remarks, HasSubstr("3: nothing uses born of people; do not read it"));
  EXPECT_THAT(remarks, HasSubstr("4: no expression uses the codes kinds"));
  EXPECT_THAT(remarks, HasSubstr("6: no table and no entity uses the table idle"));
}

TEST(Cases, NameThePlaceOfADifference) {
  Bench bench(
      with("service:\n  from: people\n  key: id\n  student: id\n  fields: {name: name}\n"
           "cases:\n  - case: one\n    given:\n      people: |\n        id,name\n        1,Fern\n"
           "    expect:\n      service:\n        - key: 1\n          name: Moss\n"));
  auto results = run_cases(bench.file(), shipped_model());
  ASSERT_EQ(results.size(), 1u);
  ASSERT_EQ(results[0].differences.size(), 1u);
  EXPECT_THAT(results[0].differences[0],
              HasSubstr("mapping.yaml:19: name is expected to be Moss, found \"Fern\""));
}

TEST(Cases, RefuseAColumnTheMappingDoesNotRead) {
  Bench bench(with(
      "service:\n  from: people\n  key: id\n  student: id\n  fields: {name: name}\n"
      "cases:\n  - case: one\n    given: {people: \"id,nmae\\n1,Fern\\n\"}\n    expect: {}\n"));
  auto results = run_cases(bench.file(), shipped_model());
  ASSERT_EQ(results[0].differences.size(), 1u);
  EXPECT_THAT(results[0].differences[0], HasSubstr("has no column nmae"));
}

TEST(Cases, ReadQuotedCellsAcrossLines) {
  std::vector<std::pair<uint32_t, std::vector<std::string>>> found;
  each_record("a,b\r\n\"x \"\"y\"\"\",\"1\n2\"\n\nlast,\n",
              [&](const std::vector<std::string>& cells, uint32_t line) {
                found.emplace_back(line, cells);
              });
  using Cells = std::vector<std::string>;
  EXPECT_THAT(found, testing::ElementsAre(std::pair(1u, Cells{"a", "b"}),
                                          std::pair(2u, Cells{"x \"y\"", "1\n2"}),
                                          std::pair(5u, Cells{"last", ""})));
}

}  // namespace
}  // namespace homeroom::map
