// The guides, done as they are written.
#include <algorithm>
#include <map>
#include <regex>

#include <gmock/gmock.h>

#include "tests/cli/program.hpp"
#include "tests/docs/markdown.hpp"

namespace homeroom::docs {
namespace {

using cli::Folder;
using cli::homeroom;
using cli::Said;
using cli::whole;
using testing::HasSubstr;

/// An invented district and the workspace of the example, as `init` makes it.
class District {
 public:
  explicit District(const std::string& students) {
    made_ = homeroom({"synth", "--students", students, "--seed", "1", "--out", at("data")});
    if (made_.exit_code == 0) made_ = homeroom({"init", at("my-district")});
  }
  std::string at(const std::string& file) const { return (folder_.path() / file).string(); }
  const Said& made() const { return made_; }

  Said run(std::vector<std::string> words, const std::string& day = "day1") const {
    std::vector<std::string> all{"--workspace", at("my-district"),
                                 "--set",       "data=" + at("data/" + day),
                                 "--set",       "store=sqlite:" + at("hub.db"),
                                 "--set",       "out=" + at("out")};
    all.insert(all.end(), words.begin(), words.end());
    return homeroom(all);
  }

 private:
  Folder folder_;
  Said made_;
};

/// Every line of a sample is said, but for the times of the verdict.
void expect_says(const std::string& said, const Lines& sample) {
  for (const auto& line : sample) {
    if (line.starts_with("SUCCEEDED")) {
      EXPECT_TRUE(std::regex_search(
          said, std::regex(R"(SUCCEEDED  [\d.]+ s, [\d.]+ CPU s, \d+ MiB\. All sums hold\.)")));
      continue;
    }
    EXPECT_THAT(said, HasSubstr(line));
  }
}

TEST(FirstRun, SaysWhatTheGuideShows) {
  const auto* page = "docs/guide/first-run.md";
  District district("2000");
  ASSERT_EQ(district.made().exit_code, 0) << district.made().err;
  auto first = district.run({"run", "nightly"});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  expect_says(first.out, sample_with(page, "records of others were forgotten"));

  auto truth = lines_of(district.at("data/truth.csv"));
  auto one =
      *std::ranges::find_if(truth, [](const auto& line) { return line.starts_with("sis,"); });
  auto key = one.substr(4, one.find(',', 4) - 4);
  auto told = district.run({"explain", "sis:" + key, "birthDate"});
  ASSERT_EQ(told.exit_code, 0) << told.err;
  expect_says(told.out, sample_with(page, "demographics.csv line"));

  auto second = district.run({"run", "nightly"}, "day2-full");
  ASSERT_EQ(second.exit_code, 0) << second.err;
  expect_says(second.out, sample_with(page, "of the night before + 4 new"));
}

/// "codes" of "codes:   # what they are"; empty for a line that is none.
std::string heading_of(const std::string& line) {
  return line.empty() || line[0] == ' ' ? "" : line.substr(0, line.find(':'));
}

/// The guide's lines, each under the heading that is there already; a new entity before the cases.
void add_to_mapping(const std::string& file, const Lines& sample, const Lines& the_case) {
  std::map<std::string, Lines> under;
  Lines entity;
  std::string heading;
  for (const auto& line : sample) {
    if (!line.empty() && line[0] != ' ') heading = heading_of(line);
    if (heading == "program")
      entity.push_back(line);
    else if (line.starts_with(" "))
      under[heading].push_back(line);
  }
  Lines changed;
  for (const auto& line : lines_of(file)) {
    if (heading_of(line) == "cases") changed.insert(changed.end(), entity.begin(), entity.end());
    changed.push_back(line);
    if (auto more = under.find(heading_of(line)); more != under.end()) {
      changed.insert(changed.end(), more->second.begin(), more->second.end());
      under.erase(more);
    }
  }
  EXPECT_TRUE(under.empty()) << under.begin()->first << " is no heading of the example's mapping";
  changed.insert(changed.end(), the_case.begin(), the_case.end());
  write(file, changed);
}

constexpr const char* page = "docs/guide/connect-a-csv.md";

void add_feed(const District& district) {
  auto file = district.at("my-district/homeroom.yaml");
  auto settings = lines_of(file);
  auto last = std::ranges::find_if(
      settings, [](const auto& line) { return line.starts_with("          caseloads:"); });
  ASSERT_NE(last, settings.end());
  settings.insert(last + 1, sample_with(page, "programs: {path").front());
  write(file, settings);
}

TEST(ConnectACsv, WorksAsWritten) {
  District district("60");
  ASSERT_EQ(district.made().exit_code, 0) << district.made().err;
  auto programs = district.at("data/day1/sis/programs.csv");
  auto file = sample_with(page, "Student_Number,Program,From,To");
  write(programs, file);

  add_feed(district);

  EXPECT_THAT(district.run({"discover", "sis"}).out, HasSubstr("programs"));
  auto preview = district.run({"preview", "sis", "programs", "--rows", "5"});
  expect_says(preview.out, sample_with(page, "99x"));

  auto mapping = district.at("my-district/mappings/sis.yaml");
  add_to_mapping(mapping, sample_with(page, "memberships:"), sample_with(page, "- case:"));
  auto tested = district.run({"map", "test"});
  EXPECT_EQ(tested.exit_code, 0) << tested.out << tested.err;

  // The guide's numbers are of no child here; two who are here take their places.
  auto students = lines_of(district.at("data/day1/sis/student_ext.csv"));
  for (std::size_t i : {1, 2})
    file[i] = students[i].substr(0, students[i].find(',')) + file[i].substr(4);
  write(programs, file);
  EXPECT_EQ(district.run({"check"}).exit_code, 0) << district.run({"check"}).out;
  EXPECT_EQ(district.run({"plan", "nightly"}).exit_code, 0);
  auto night = district.run({"run", "nightly"});
  ASSERT_EQ(night.exit_code, 0) << night.out << night.err;
  auto record = whole(district.at("out/record.ndjson"));
  for (const char* program : {"21st-century", "gifted"})
    EXPECT_NE(record.find(std::string(R"("program":")") + program + '"'), record.npos) << program;
}

TEST(ConnectACsv, NamesTheSlipThatTheGuideShows) {
  District district("20");
  write(district.at("data/day1/sis/programs.csv"),
        sample_with(page, "Student_Number,Program,From,To"));
  add_feed(district);
  auto sample = sample_with(page, "memberships:");
  for (auto& line : sample)
    if (line.starts_with("  programs: Student_Number"))
      line = "  programs: Student_Number, Programm, From, To?";
  add_to_mapping(district.at("my-district/mappings/sis.yaml"), sample, {});
  auto checked = district.run({"check"});
  EXPECT_EQ(checked.exit_code, 2);
  auto shown = sample_with(page, "did you mean Programm").front();
  EXPECT_THAT(checked.out, HasSubstr(shown.substr(shown.find("mappings/sis.yaml"))));
}

}  // namespace
}  // namespace homeroom::docs
