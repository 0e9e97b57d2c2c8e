// The shipped pack on the synthetic district: every planted error is found, and by the rule that is
// meant for it; of a student with no planted error nothing is said.
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

namespace homeroom::validate {
namespace {

using cli::Folder;
using cli::homeroom;
using nlohmann::json;

const std::map<std::string, std::string> rule_for = {
    {"span-overlap", "span-overlap"},
    {"span-gap", "span-gap"},
    {"exit-before-entry", "exit-before-entry"},
    {"two-open-spans", "two-open-spans"},
    {"admission-reason-unknown", "admission-reason-unknown"},
    {"withdrawal-without-exit", "withdrawal-without-exit"},
    {"percent-out-of-range", "percent-out-of-range"},
    {"iep-without-disability", "iep-without-disability"},
    {"disability-without-iep", "disability-without-iep"},
    {"attribute-before-entry", "attribute-before-entry"},
    {"attribute-gap", "attribute-gap"},
    {"grade-against-age", "grade-against-age"},
    {"disability-unknown", "disability-unknown"},
    {"date-unreadable", "entry-unreadable"},
    {"school-unknown", "school-unknown"},
    {"student-unknown", "student-unknown"},
    {"entry-in-future", "entry-in-future"},
    {"duplicate-row", "duplicate-row"},
};

struct Planted {
  std::string kind, student;
};

/// What planted.csv says of the spans of a day.
std::vector<Planted> planted(const std::string& file, const std::string& other_day) {
  std::vector<Planted> out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream cells(line);
    Planted one;
    std::string path;
    std::getline(cells, one.kind, ',') && std::getline(cells, path, ',') &&
        std::getline(cells, one.student, ',');
    if (path == "sis/enrollment_spans.csv" && line.find(other_day) == std::string::npos)
      out.push_back(one);
  }
  return out;
}

json findings(const std::string& district, const std::string& day, const std::string& out) {
  auto data = district + "/" + day;
  auto said =
      homeroom({"--set", "run_date=2026-01-13", "validate", "--rules", "ohio-emis", "--mapping",
                HOMEROOM_SOURCE_DIR "/configs/examples/lakeview/mappings/emis.yaml", "--input",
                "users=" + data + "/oneroster/users.csv", "--input",
                "demographics=" + data + "/oneroster/demographics.csv", "--input",
                "orgs=" + data + "/oneroster/orgs.csv", "--input",
                "student_ext=" + data + "/sis/student_ext.csv", "--input",
                "enrollment_spans=" + data + "/sis/enrollment_spans.csv", "--out", out});
  EXPECT_EQ(said.exit_code, 3) << said.err;
  return json::parse(cli::whole(out + "/findings.json"));
}

struct District {
  const char* students;
  const char* seed;
  const char* day;
  const char* other_day;
};

class OhioEmis : public testing::TestWithParam<District> {};

TEST_P(OhioEmis, FindsEveryPlantedErrorAndNothingOfACleanStudent) {
  Folder folder;
  auto district = (folder.path() / "district").string();
  auto made = homeroom(
      {"synth", "--students", GetParam().students, "--seed", GetParam().seed, "--out", district});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  std::set<std::pair<std::string, std::string>> found;
  std::set<std::string> students;
  auto report = findings(district, GetParam().day, (folder.path() / "out").string());
  for (const auto& one : report["findings"]) {
    found.emplace(one["rule"], one["student"]);
    students.insert(one["student"]);
    EXPECT_GT(one["at"]["line"].get<int>(), 1) << one;
  }
  std::set<std::string> with_error;
  for (const auto& [kind, student] : planted(district + "/planted.csv", GetParam().other_day)) {
    with_error.insert(student);
    EXPECT_TRUE(found.contains({rule_for.at(kind), student}))
        << kind << " was planted and not found";
  }
  EXPECT_THAT(students, testing::IsSubsetOf(with_error));
  EXPECT_FALSE(with_error.empty());
}

INSTANTIATE_TEST_SUITE_P(Districts, OhioEmis,
                         testing::Values(District{"2000", "1", "day1", "(day 2 only)"},
                                         District{"3700", "2", "day1", "(day 2 only)"},
                                         District{"3700", "7", "day2-full", "(day 1 only)"}),
                         [](const auto& param) {
                           return std::string("Of") + param.param.students + "Seed" +
                                  param.param.seed;
                         });

TEST(OhioEmis, HasAllKindsThatAreEverPlantedInADistrictOf3700) {
  Folder folder;
  auto district = (folder.path() / "district").string();
  homeroom({"synth", "--students", "3700", "--seed", "2", "--out", district});
  std::set<std::string> kinds;
  for (const auto& one : planted(district + "/planted.csv", "(day 2 only)")) kinds.insert(one.kind);
  EXPECT_EQ(kinds.size(), rule_for.size());
}

}  // namespace
}  // namespace homeroom::validate
