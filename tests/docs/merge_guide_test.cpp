// The guide to merging, done as it is written.

#include <gmock/gmock.h>

#include "tests/cli/program.hpp"
#include "tests/docs/commands.hpp"
#include "tests/docs/markdown.hpp"

namespace homeroom::docs {
namespace {

using cli::Folder;
using cli::homeroom;
using testing::HasSubstr;

constexpr const char* page = "docs/guide/merge.md";

class Guide : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(homeroom({"synth", "--students", "60", "--seed", "1", "--out", at("data")}).exit_code,
              0);
    ASSERT_EQ(homeroom({"init", at("w")}).exit_code, 0);
    std::ifstream truth(at("data/truth.csv"));
    for (std::string line; student_.empty() && std::getline(truth, line);)
      if (line.starts_with("sis,")) student_ = "sis:" + line.substr(4, line.find(',', 4) - 4);
  }
  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  cli::Said on(std::vector<std::string> words, const std::string& input = "") const {
    std::vector<std::string> all{
        "--workspace", at("w"), "--set", "data=" + at("data/day1"), "--set", "run_date=2026-01-13"};
    for (auto& word : words) all.push_back(word == "sis:10000" ? student_ : word);
    return homeroom(all, input);
  }
  void night() const {
    auto said = on({"run", "nightly"});
    ASSERT_THAT(said.exit_code, testing::AnyOf(0, 3)) << said.err;
  }

  Folder folder_;
  std::string student_;
};

TEST_F(Guide, CorrectsAValueAndDropsItAgain) {
  night();
  auto explain = words_of(sample_with(page, "explain sis:").front());
  EXPECT_EQ(on(explain).exit_code, 0);
  auto corrected = on(words_of(sample_with(page, "--until 2026").front()), "2014-12-03\n");
  ASSERT_EQ(corrected.exit_code, 0) << corrected.err;
  night();
  auto told = on(explain).out;
  for (const auto& line : sample_with(page, "a person's own value"))
    EXPECT_THAT(told, HasSubstr(line));
  for (const auto& command : sample_with(page, "corrections drop")) {
    auto said = on(words_of(command));
    EXPECT_EQ(said.exit_code, 0) << command << '\n' << said.err;
  }
}

TEST_F(Guide, ExplainsARowAndLooksBack) {
  night();
  auto row = on(words_of(sample_with(page, "enrollments[0]").front()));
  EXPECT_EQ(row.exit_code, 0) << row.err;
  EXPECT_THAT(row.out, HasSubstr("enrollments[0].gradeLevel"));
  auto then = on(words_of(sample_with(page, "--as-of").front()));
  EXPECT_EQ(then.exit_code, 0) << then.err;
  EXPECT_THAT(then.out, HasSubstr("as of 2025-10-01"));
}

TEST_F(Guide, ItsModelIsTaken) {
  write(at("w/own.yaml"), sample_with(page, "united_within: 3 days}"));
  auto settings = lines_of(at("w/homeroom.yaml"));
  std::erase_if(settings, [](const std::string& line) { return line.starts_with("model:"); });
  settings.push_back("model: own.yaml");
  write(at("w/homeroom.yaml"), settings);
  auto checked = on({"check"});
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
}

TEST_F(Guide, ItsSettingIsTaken) {
  auto settings = lines_of(at("w/homeroom.yaml"));
  for (const auto& line : sample_with(page, "findings: last")) settings.push_back(line);
  write(at("w/homeroom.yaml"), settings);
  auto checked = on({"check"});
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
}

}  // namespace
}  // namespace homeroom::docs
