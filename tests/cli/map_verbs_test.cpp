// The verbs of mapping files as scripts call them, in a workspace of 20 invented students.
#include <algorithm>

#include <gmock/gmock.h>

#include "tests/cli/program.hpp"

namespace homeroom::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* mapping = R"(mapping: 1
reads:
  people: id, name, born, kind
  homes:  id, city
codes:
  kinds: {f: food}
tables:
  housed:
    - from: people
    - where: name <> 'Nobody'
    - join: homes
      by: homes.id = id
service:
  from: housed
  key: id
  student: id
  fields:
    date: date(born, 'YYYY-MM-DD') else keep
    category: code(kind, 'kinds') else null
    name: name || ' of ' || homes.city
cases:
  - case: one of Sampletown
    given:
      people: |
        id,name,born,kind
        1,Willa,2014-11-03,f
      homes: |
        id,city
        1,Sampletown
    expect:
      service: [{key: "1", category: food, name: Willa of Sampletown}]
)";

class Mapped : public testing::Test {
 protected:
  Mapped() {
    write("m.yaml", mapping);
    write("people.csv",
          "id,name,born,kind\n1,Willa,2014-11-03,f\n2,Nobody,2014-11-04,f\n3,Juniper,soon,g\n");
    write("homes.csv", "id,city\n1,Sampletown\n3,Otherville\n");
  }
  std::string at(const std::string& file) const { return (folder_.path() / file).string(); }
  void write(const std::string& file, const std::string& text) const {
    std::ofstream(at(file)) << text;
  }
  Said explain(const std::string& row, const std::string& output = "text",
               std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"--output",  output,
                                   "map",       "run",
                                   "--mapping", at("m.yaml"),
                                   "--input",   "people=" + at("people.csv"),
                                   "--input",   "homes=" + at("homes.csv"),
                                   "--explain", row};
    words.insert(words.end(), more.begin(), more.end());
    return homeroom(words);
  }
  Folder folder_;
};

TEST_F(Mapped, PassingCasesAreCountedAndFilesNamedOnce) {
  write("without.yaml", "mapping: 1\nreads:\n  people: id\n");
  auto said = homeroom({"map", "test", at("m.yaml"), folder_.path(), at("m.yaml")});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("  ok     one of Sampletown\n"));
  EXPECT_THAT(said.out, HasSubstr("1 case, 0 failed, 1 file without cases\n"));
}

TEST_F(Mapped, AFolderThatCannotBeMadeIsSaidWithWhatIsInTheWay) {
  write("file", "");
  auto said =
      homeroom({"map", "run", "--mapping", at("m.yaml"), "--input", "people=" + at("people.csv"),
                "--input", "homes=" + at("homes.csv"), "--out", at("file/rows")});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_EQ(said.err, "homeroom: cannot make the folder " + at("file/rows") +
                          ": a part of the path is no folder\n");
  auto synth = homeroom({"synth", "--students", "1", "--out", at("file/district")});
  EXPECT_EQ(synth.exit_code, 2);
  EXPECT_THAT(synth.err, HasSubstr("cannot make the folder " + at("file/district")));
}

TEST_F(Mapped, ARunIsPartialWhereMoreRowsAreSetAsideThanAJobTolerates) {
  std::string strict(mapping);
  strict.replace(strict.find("else keep"), 9, "else reject");
  write("strict.yaml", strict);
  auto rows_of = [&](int good) {
    std::string people = "id,name,born,kind\n0,Juniper,soon,f\n";
    std::string homes = "id,city\n0,Otherville\n";
    for (int i = 1; i <= good; ++i) {
      people += std::to_string(i) + ",Willa,2014-11-03,f\n";
      homes += std::to_string(i) + ",Sampletown\n";
    }
    write("many.csv", people);
    write("homes.csv", homes);
    return homeroom({"map", "run", "--mapping", at("strict.yaml"), "--input",
                     "people=" + at("many.csv"), "--input", "homes=" + at("homes.csv"), "--out",
                     at("rows")});
  };
  EXPECT_EQ(rows_of(10).exit_code, 3);
  auto said = rows_of(150);  // one of 302 rows read
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("1 set aside"));
}

TEST_F(Mapped, AFailingCaseShowsExpectedBesideFound) {
  std::string wrong(mapping);
  wrong.replace(wrong.find("category: food, name"), 14, "category: legal");
  write("wrong.yaml", wrong);
  auto said = homeroom({"map", "test", at("wrong.yaml")});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out, HasSubstr("wrong.yaml:31: service 1\n"
                                  "             field     expected             found\n"
                                  "           > category  legal                \"food\"\n"
                                  "             name      Willa of Sampletown  the same\n"));
  auto json = homeroom({"--output", "json", "map", "test", at("wrong.yaml")}).json();
  EXPECT_EQ(json["failed"], 1);
  EXPECT_EQ(json["files"][0]["cases"][0]["rows"][0]["fields"][0]["found"], "\"food\"");
  EXPECT_EQ(homeroom({"map", "test", at("nowhere")}).exit_code, 2);
}

TEST_F(Mapped, ALintRemarkShowsItsLineWithACaret) {
  std::string doubtful(mapping);
  doubtful.replace(doubtful.find(" else keep"), 10, "");
  write("m.yaml", doubtful);
  auto said = homeroom({"map", "lint", at("m.yaml")});
  EXPECT_EQ(said.exit_code, 0);
  EXPECT_THAT(said.out, HasSubstr("m.yaml:18:11: date(...) may not be readable"));
  EXPECT_THAT(said.out, HasSubstr("\n      date: date(born, 'YYYY-MM-DD')\n            ^\n"));
  EXPECT_THAT(said.out, HasSubstr("m.yaml:16:12: this mapping makes no student"));
  EXPECT_THAT(said.out, HasSubstr("0 errors, 2 remarks, 1 note (--notes lists them)\n"));
  EXPECT_THAT(homeroom({"map", "lint", "--notes", at("m.yaml")}).out,
              HasSubstr("note: no row of kinds gives child-welfare"));
}

TEST_F(Mapped, ARowThatWasReadIsFollowedStepByStepAndFieldByField) {
  auto said = explain("people:2");
  ASSERT_EQ(said.exit_code, 0) << said.err;
  for (const char* words :
       {"people, people.csv:2: mapped\n",
        "  from people, people.csv:2\n  from homes, homes.csv:2\n", "  date = \"9999-99-99\"\n",
        "    line 18: date(born, 'YYYY-MM-DD') else keep\n    born = 9999-99-99, people.csv:2\n",
        "    homes.city = xxxxxxxxxx, homes.csv:2\n", "Values are masked"})
    EXPECT_THAT(said.out, HasSubstr(words));
  for (const char* value : {"Willa", "2014", "Sampletown"})
    EXPECT_THAT(said.out, Not(HasSubstr(value)));
}

TEST_F(Mapped, ARowThatLeavesShowsTheStepThatLeftItOut) {
  auto json = explain("people:3", "json").json();
  EXPECT_EQ(json["rows"][0]["fate"], "left out");
  EXPECT_TRUE(json["made"].empty());
  std::map<std::string, std::pair<int, int>> steps;  // rows of all, of this one
  for (const auto& step : json["steps"]) steps[step["step"]] = {step["rows"], step["of_this"]};
  EXPECT_EQ(steps["from"], std::pair(3, 1));
  EXPECT_EQ(steps["where"], std::pair(2, 0));
}

TEST_F(Mapped, ARowThatCameOutIsFollowedBack) {
  auto json = explain("service:3", "json").json();
  ASSERT_EQ(json["made"].size(), 1u);
  const auto& made = json["made"][0];
  EXPECT_EQ(made["origins"][0]["line"], 4);
  EXPECT_EQ(made["origins"][1]["stream"], "homes");
  for (const auto& field : made["fields"]) EXPECT_EQ(field["kept"], field["field"] == "date");
  EXPECT_THAT(json["findings"][0]["says"], HasSubstr("not a date"));
}

TEST_F(Mapped, ARowThatIsNotThereIsRefusedWithoutItsKey) {
  auto said = explain("service:8000001");
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, Not(HasSubstr("8000001")));
  EXPECT_THAT(explain("servise:1").err, HasSubstr("did you mean service?"));
  EXPECT_EQ(explain("people:2", "text", {"--show", "--why", "a test"}).exit_code,
            2);  // nowhere to record it
}

/// The example workspace with one night in it.
class Covered : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new Folder;
    ASSERT_EQ(
        homeroom({"synth", "--students", "20", "--seed", "3", "--out", folder_->path() / "data"})
            .exit_code,
        0);
    ASSERT_EQ(homeroom({"init", workspace()}).exit_code, 0);
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static fs::path workspace() { return folder_->path() / "w"; }
  static Said on(std::vector<std::string> verb) {
    std::vector<std::string> words{"--workspace", workspace(), "--set",
                                   "data=" + (folder_->path() / "data/day1").string()};
    words.insert(words.end(), verb.begin(), verb.end());
    return homeroom(words);
  }
  static Folder* folder_;
};
Folder* Covered::folder_ = nullptr;

TEST_F(Covered, SaysWhatADayUsesOfEachMapping) {
  auto json = on({"--output", "json", "map", "coverage", "nightly"}).json();
  ASSERT_FALSE(json["mappings"].empty());
  const auto& sis = json["mappings"][0];
  EXPECT_EQ(sis["sources"][0], "sis");
  EXPECT_GT(sis["rows"].get<int>(), 20);
  for (const auto& list : sis["codes"]) EXPECT_EQ(list["unmapped_rows"], 0) << list["list"];
  auto text = on({"map", "coverage", "nightly"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("unused    codes grade"));
  EXPECT_EQ(on({"map", "coverage", "nigthly"}).exit_code, 2);
}

TEST_F(Covered, LintsItsMappingsAgainstTheColumnsOfItsSources) {
  auto clean = on({"map", "lint"});
  EXPECT_EQ(clean.exit_code, 0);
  EXPECT_THAT(clean.out, HasSubstr("0 errors, 0 remarks"));
  auto file = folder_->path() / "data/day1/sis/student_ext.csv";
  auto text = whole(file);
  std::ofstream(file) << "x" << text;  // the first column has another name now
  auto broken = on({"map", "lint"});
  std::ofstream(file) << text;
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_THAT(broken.out, HasSubstr("did you mean x"));
}

TEST_F(Covered, LintSaysOfWhichStreamItComparedNotAllCodes) {
  auto file = folder_->path() / "data/day1/sis/attendance.csv";
  auto text = whole(file);
  auto more = text.substr(text.rfind('\n', text.size() - 2) + 1);
  auto rows = std::ranges::count(text, '\n') - 1 + 20'000;
  {
    std::ofstream out(file, std::ios::app);
    for (int i = 0; i < 20'000; ++i) out << more;
  }
  auto said = on({"map", "lint"});
  auto json = on({"--output", "json", "map", "lint"}).json();
  std::ofstream(file) << text;
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out,
              HasSubstr("codes were compared in the first 20000 of " + std::to_string(rows) +
                        " rows of attendance; map coverage looks at all"));
  ASSERT_EQ(json["partly_compared"].size(), 1u);
  EXPECT_EQ(json["partly_compared"][0]["rows"], rows);
  EXPECT_THAT(on({"map", "lint"}).out, testing::Not(HasSubstr("codes were compared")));
}

TEST_F(Covered, LintSaysWhichSourceItCouldNotAsk) {
  auto away = on({"--set", "data=" + (folder_->path() / "nowhere").string(), "map", "lint"});
  EXPECT_EQ(away.exit_code, 0) << away.err;
  EXPECT_THAT(away.out,
              HasSubstr("source sis was not asked, so its columns and codes are not compared: "));
}

TEST_F(Covered, NamesTheConfigurationOfARunAndWhetherItIsTodays) {
  auto run = on({"--output", "json", "run", "nightly"}).json();
  auto hash = run["configuration"].get<std::string>();
  EXPECT_EQ(hash.size(), 64u);
  auto number = run["run"].get<std::string>();
  EXPECT_THAT(on({"runs", "show", number}).out,
              HasSubstr("Configuration " + hash.substr(0, 12) + ", the same as now"));
  std::ofstream(workspace() / "mappings/sis.yaml", std::ios::app) << "# a remark\n";
  EXPECT_THAT(on({"runs", "show", number}).out, HasSubstr("the same as now"));
  std::ofstream(workspace() / "mappings/codes/oneroster-grade.csv", std::ios::app) << "Kinder,KG\n";
  EXPECT_THAT(on({"runs", "show", number}).out, HasSubstr("another than now"));
}

}  // namespace
}  // namespace homeroom::cli
