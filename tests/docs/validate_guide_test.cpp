// The guide to validate, done as it is written.
#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>

#include "tests/cli/program.hpp"
#include "tests/docs/markdown.hpp"

namespace homeroom::docs {
namespace {

using cli::Folder;
using cli::homeroom;
using testing::HasSubstr;

constexpr const char* page = "docs/guide/validate.md";

/// The words of a command of the guide, with what stands in for its folders.
std::vector<std::string> words_of(const std::string& command,
                                  const std::vector<std::pair<std::string, std::string>>& with) {
  std::istringstream in(command);
  std::vector<std::string> words;
  for (std::string word; in >> word;) {
    for (const auto& [name, value] : with)
      if (auto at = word.find(name); at != std::string::npos) word.replace(at, name.size(), value);
    words.push_back(word);
  }
  words.erase(words.begin());  // homeroom
  return words;
}

TEST(ValidateGuide, ShowsWhatTheInventedDistrictIsTold) {
  Folder folder;
  auto at = [&](const std::string& name) { return (folder.path() / name).string(); };
  ASSERT_EQ(homeroom({"synth", "--students", "2000", "--seed", "1", "--out", at("data")}).exit_code,
            0);
  ASSERT_EQ(homeroom({"init", at("district")}).exit_code, 0);
  auto command = sample_with(page, "--rules ohio-emis").front();
  auto words = words_of(
      command,
      {{"DATA", at("data/day1")}, {"OUT", at("out")}, {"mappings/", at("district/mappings/")}});
  words.insert(words.begin(), {"--set", "run_date=2026-01-13"});
  auto said = homeroom(words);
  EXPECT_EQ(said.exit_code, 3) << said.err;
  for (const auto& line : sample_with(page, "span-overlap  "))
    EXPECT_THAT(said.out, HasSubstr(line));
  for (const char* file : {"report.html", "findings.csv", "findings.json"})
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "out" / file)) << file;
}

TEST(ValidateGuide, SettingsOfItsPacksAreTaken) {
  for (const char* words : {"validation: [ohio-immunization]", "turn_on: [polio-last]"}) {
    Folder folder;
    auto at = [&](const std::string& name) { return (folder.path() / name).string(); };
    homeroom({"init", at("district")});
    auto settings = lines_of(at("district/homeroom.yaml"));
    for (const auto& line : sample_with(page, words)) settings.push_back(line);
    write(at("district/homeroom.yaml"), settings);
    auto checked = homeroom({"--workspace", at("district"), "check"});
    EXPECT_THAT(checked.out, HasSubstr("rules are on")) << checked.err;
  }
}

TEST(ValidateGuide, PackOfADistrictWorksAndItsSlipIsNamed) {
  Folder folder;
  auto at = [&](const std::string& name) { return (folder.path() / name).string(); };
  auto pack = sample_with(page, "two-schools");
  write(at("ours.yaml"), pack);
  write(at("student.ndjson"), {R"({"key":"1"})"});
  write(at("enrollment.ndjson"),
        {R"({"key":"a","student":"1","school":"7","entryDate":"2025-08-18"})",
         R"({"key":"b","student":"1","school":"8","entryDate":"2025-09-18"})"});
  auto check = [&] {
    return homeroom({"validate", "--rules", at("ours.yaml"), "--input",
                     "student=" + at("student.ndjson"), "--input",
                     "enrollment=" + at("enrollment.ndjson"), "--out", at("out")});
  };
  auto said = check();
  EXPECT_EQ(said.exit_code, 3) << said.err;
  EXPECT_THAT(said.out, HasSubstr("two-schools"));
  EXPECT_THAT(said.out, HasSubstr("stays-overlap"));

  for (auto& line : pack)
    if (line == "    wrong: open > 1") line = "    wrong: opne > 1";
  write(at("ours.yaml"), pack);
  auto refused = check();
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr(sample_with(page, "no column opne").front()));
}

}  // namespace
}  // namespace homeroom::docs
