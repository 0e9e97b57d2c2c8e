// Flow cases: each folder with given/ and expect/ is one story of a small district, night after
// night.
//   given/nightN/            files that are new or changed that night; workspace/ of settings
//   given/nightN/night.json  the night's run_date, what else is `set`, and what is said `first`,
//                            before the run
//   expect/nightN.json       exit code, parts of the report, what is in quarantine if that is told,
//                            and the record as it stands in the morning
#include <algorithm>
#include <cctype>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/program.hpp"
#include "tests/cluster/kinds.hpp"

namespace homeroom::flows {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path cases = fs::path(HOMEROOM_SOURCE_DIR) / "tests/flows";

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(cases))
    if (fs::exists(entry.path() / "given")) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

void copy_over(const fs::path& from, const fs::path& to) {
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
}

/// All that is expected is there; what is not spoken of may be as it likes.
void expect_holds(const json& expected, const json& actual, const std::string& path) {
  if (expected.is_object()) {
    for (const auto& [name, value] : expected.items()) {
      ASSERT_TRUE(actual.contains(name)) << path << '.' << name << " is not there";
      expect_holds(value, actual[name], path + '.' + name);
    }
  } else if (expected.is_array()) {
    ASSERT_EQ(actual.size(), expected.size()) << path << ": " << actual.dump();
    for (std::size_t i = 0; i < expected.size(); ++i)
      expect_holds(expected[i], actual[i], path + '[' + std::to_string(i) + ']');
  } else {
    EXPECT_EQ(actual, expected) << path;
  }
}

/// The record by student number; ids are other ones in every store.
std::vector<json> record_in(const fs::path& out) {
  std::vector<json> record;
  std::ifstream in(out / "record.ndjson");
  for (std::string line; std::getline(in, line);) {
    record.push_back(json::parse(line));
    record.back().erase("id");
  }
  std::ranges::sort(record, {}, [](const json& one) {
    return one["identifiers"]["district"].get<std::string>();
  });
  return record;
}

class FlowCase : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(FlowCase, EndsEveryMorningAsExpected) {
  auto folder = cases / std::get<0>(GetParam());
  cli::Folder scratch;
  auto at = [&](const char* name) { return (scratch.path() / name).string(); };
  auto location = tests::location_of(std::get<1>(GetParam()), at("hub.db"));
  if (location.empty()) GTEST_SKIP() << tests::Cluster::how_to_install;
  copy_over(cases / "workspace", at("workspace"));
  fs::create_directory(at("data"));
  int nights = 0;
  for (int night = 1; fs::exists(folder / "given" / ("night" + std::to_string(night)));
       ++night, ++nights) {
    SCOPED_TRACE("night " + std::to_string(night));
    auto given = folder / "given" / ("night" + std::to_string(night));
    json before = fs::exists(given / "night.json") ? json::parse(cli::whole(given / "night.json"))
                                                   : json::object();
    std::vector<std::string> front{
        "--workspace", at("workspace"),         "--set", "data=" + at("data"),
        "--set",       "out=" + at("out"),      "--set", "store=" + location,
        "--set",       "keys=" + at("hub.keys")};
    if (before.contains("run_date"))
      front.insert(front.end(), {"--set", "run_date=" + before["run_date"].get<std::string>()});
    for (const auto& set : before.value("set", json::array()))
      front.insert(front.end(), {"--set", set.get<std::string>()});
    for (const auto& words : before.value("first", json::array())) {
      auto line = front;
      for (const auto& word : words) line.push_back(word.get<std::string>());
      auto said = cli::homeroom(line);
      EXPECT_EQ(said.exit_code, 0) << said.err;
    }
    for (const auto& entry : fs::directory_iterator(given)) {
      if (entry.path().filename() == "night.json") continue;
      bool is_settings = entry.path().filename() == "workspace";
      copy_over(entry.path(), is_settings ? at("workspace")
                                          : at("data") + '/' + entry.path().filename().string());
    }
    front.insert(front.end(), {"--output", "json"});
    auto run = front;
    run.insert(run.end(), {"run", "nightly"});
    auto said = cli::homeroom(run);
    auto expected =
        json::parse(cli::whole(folder / "expect" / ("night" + std::to_string(night) + ".json")));
    EXPECT_EQ(said.exit_code, expected["exit_code"]) << said.err;
    if (expected.contains("report"))
      expect_holds(expected["report"], json::parse(said.out), "report");
    if (expected.contains("set_aside")) {
      auto line = front;
      line.insert(line.end(), {"quarantine", "list"});
      expect_holds(expected["set_aside"], json::parse(cli::homeroom(line).out)["set_aside"],
                   "set aside");
    }
    auto record = record_in(at("out"));
    EXPECT_EQ(json(record), expected["record"]) << json(record).dump(1);
  }
  EXPECT_GT(nights, 0);
}

INSTANTIATE_TEST_SUITE_P(Cases, FlowCase,
                         testing::Combine(testing::ValuesIn(names()), tests::both_stores()),
                         [](const auto& each) {
                           std::string name;
                           for (char letter :
                                std::get<0>(each.param) + "_on_" + std::get<1>(each.param))
                             name +=
                                 std::isalnum(static_cast<unsigned char>(letter)) ? letter : '_';
                           return name;
                         });

}  // namespace
}  // namespace homeroom::flows
