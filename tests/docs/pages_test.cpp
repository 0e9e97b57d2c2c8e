// What pages point to is there, and the profile in the README is one that the schema knows.
#include <algorithm>
#include <regex>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/docs/markdown.hpp"

namespace homeroom::docs {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> pages() {
  std::vector<fs::path> pages{"README.md", "CHANGELOG.md", "CONTRIBUTING.md"};
  for (const auto& entry : fs::recursive_directory_iterator(root() / "docs"))
    if (entry.path().extension() == ".md") pages.push_back(fs::relative(entry.path(), root()));
  return pages;
}

TEST(Pages, PointToPagesThatAreThere) {
  const std::regex link(R"(\]\(([^)#]+)(#[^)]*)?\))");
  for (const auto& page : pages()) {
    bool is_code = false;  // where "[](" begins a function
    for (const auto& line : lines_of(root() / page)) {
      if (line.starts_with("```")) is_code = !is_code;
      for (auto at = std::sregex_iterator(line.begin(), line.end(), link);
           !is_code && at != std::sregex_iterator(); ++at) {
        auto to = (*at)[1].str();
        if (to.starts_with("http")) continue;
        EXPECT_TRUE(fs::exists(root() / page.parent_path() / to)) << page << " points to " << to;
      }
    }
  }
}

TEST(Pages, NameFilesThatAreThere) {
  const std::regex file(R"(`((?:hub|docs|configs|tests|sdk|plugins)/[\w./-]+)`)");
  for (const auto& page : pages())
    for (const auto& line : lines_of(root() / page))
      for (auto at = std::sregex_iterator(line.begin(), line.end(), file);
           at != std::sregex_iterator(); ++at)
        EXPECT_TRUE(fs::exists(root() / (*at)[1].str())) << page << " names " << (*at)[1];
}

/// All sources of tests in one text, with what names the cases of parametrised ones.
std::string all_tests() {
  std::string all;
  for (const char* folder : {"tests", "plugins"})
    for (const auto& entry : fs::recursive_directory_iterator(root() / folder)) {
      if (entry.path().extension() == ".cpp")
        for (const auto& line : lines_of(entry.path())) all += line + '\n';
      if (entry.path().extension() == ".yaml") all += '"' + entry.path().stem().string() + "\"\n";
    }
  return all;
}

/// `Suite.Name/case`, and `/case` for another case of the test before it.
TEST(BadInputPage, NamesTestsThatAreThere) {
  const std::regex name(R"(`(?:(\w+)\.(\w+))?(?:/(\w+))?`)");
  auto all = all_tests();
  int tests = 0;
  for (const auto& line : lines_of(root() / "docs/design/bad-input.md")) {
    if (!line.starts_with("| ")) continue;
    auto cell = line.substr(line.rfind("| ", line.size() - 2));
    for (auto at = std::sregex_iterator(cell.begin(), cell.end(), name);
         at != std::sregex_iterator(); ++at) {
      ++tests;
      if ((*at)[1].matched) {
        const std::regex test("TEST(_F|_P)?\\(" + (*at)[1].str() + ", " + (*at)[2].str() + "\\)");
        EXPECT_TRUE(std::regex_search(all, test)) << at->str();
      }
      auto of_case = (*at)[3].str();
      auto as_file = of_case;
      std::ranges::replace(as_file, '_', '-');
      bool is_there = all.find('"' + of_case + '"') != std::string::npos ||
                      all.find('"' + as_file + '"') != std::string::npos;
      EXPECT_TRUE(of_case.empty() || is_there) << at->str();
    }
  }
  EXPECT_GT(tests, 60);
}

/// Every field of the sample is a property of the schema; below lists, of their items.
void expect_known(const nlohmann::json& sample, const nlohmann::json& schema,
                  const nlohmann::json& whole, const std::string& path) {
  if (schema.contains("$ref")) {
    nlohmann::json::json_pointer to(schema["$ref"].get<std::string>().substr(1));
    return expect_known(sample, whole[to], whole, path);
  }
  if (sample.is_array() && schema.contains("items")) {
    for (const auto& one : sample) expect_known(one, schema["items"], whole, path + "[]");
  } else if (sample.is_object() && schema.contains("properties")) {
    for (const auto& [name, value] : sample.items()) {
      ASSERT_TRUE(schema["properties"].contains(name)) << path << '.' << name;
      expect_known(value, schema["properties"][name], whole, path + '.' + name);
    }
  }
}

TEST(Readme, ShowsAProfileThatTheSchemaKnows) {
  std::string text;
  for (const auto& line : sample_with("README.md", "\"birthDate\"")) text += line + '\n';
  auto profile = nlohmann::json::parse(text);
  auto file = *fs::directory_iterator(root() / "docs/schema");
  auto schema = nlohmann::json::parse(std::ifstream(file.path()));
  EXPECT_GT(profile.size(), 5u);
  expect_known(profile, schema, schema, "profile");
}

}  // namespace
}  // namespace homeroom::docs
