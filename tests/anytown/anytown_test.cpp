// A night on public sample files as their makers wrote them. The files are not part of the
// repository: HOMEROOM_DATA names the folder that holds them, and without it these tests are
// skipped.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace homeroom::anytown {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const char* const student_export = "education/earthmover/09_edfi/students_anytown.csv";

fs::path data_folder() {
  const char* folder = std::getenv("HOMEROOM_DATA");
  return folder ? fs::path(folder) : fs::path();
}

/// The second column of the export, the district's number. Its cells hold no quote.
std::set<std::string> exported_numbers() {
  std::ifstream in(data_folder() / student_export);
  std::set<std::string> numbers;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    auto first = line.find(',') + 1;
    numbers.insert(line.substr(first, line.find(',', first) - first));
  }
  return numbers;
}

class Anytown : public testing::Test {
 protected:
  void SetUp() override {
    if (data_folder().empty() || !fs::exists(data_folder() / student_export))
      GTEST_SKIP() << "HOMEROOM_DATA names no folder with the sample files";
    std::string name = (fs::temp_directory_path() / "homeroom-anytown-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  /// Runs the nightly job; the exit code is kept in `exit_code_`.
  json night() {
    auto line = std::string(HOMEROOM_BUILD_DIR) +
                "/bin/homeroom --output json --workspace " HOMEROOM_SOURCE_DIR
                "/configs/examples/anytown --set 'data=" +
                data_folder().string() + "' --set store=sqlite:" + (folder_ / "h.db").string() +
                " --set out=" + (folder_ / "out").string() + " run nightly";
    FILE* pipe = ::popen(line.c_str(), "r");
    std::string text;
    char piece[4096];
    for (std::size_t n; (n = std::fread(piece, 1, sizeof piece, pipe)) > 0;) text.append(piece, n);
    exit_code_ = WEXITSTATUS(::pclose(pipe));
    return json::parse(text, nullptr, false);
  }

  /// The district's numbers in the delivered record, one for each line.
  std::multiset<std::string> delivered_numbers() const {
    std::ifstream in(folder_ / "out" / "record.ndjson");
    std::multiset<std::string> numbers;
    for (std::string line; std::getline(in, line);)
      numbers.insert(json::parse(line)["identifiers"]["district"].get<std::string>());
    return numbers;
  }

  fs::path folder_;
  int exit_code_ = -1;
};

uint64_t count(const json& of, const char* name) {
  return of.at(name).get<uint64_t>();
}

void expect_sums(const json& report) {
  for (const auto& source : report["sources"])
    for (const auto& s : source["streams"])
      EXPECT_EQ(count(s, "read"), count(s, "mapped") + count(s, "unchanged") +
                                      count(s, "filtered") + count(s, "refused") +
                                      count(s, "removals") + count(s, "quarantined"))
          << source["source"] << s["stream"];
  for (const auto& d : report["deliveries"])
    EXPECT_EQ(count(report["profiles"], "total"), count(d, "delivered") + count(d, "unchanged") +
                                                      count(d, "withheld") +
                                                      count(d, "out_of_scope") + count(d, "held") +
                                                      count(d, "refused") + count(d, "pending"))
        << d["destination"];
}

TEST_F(Anytown, EndsWellOrSaysWhatWaits) {
  auto report = night();
  ASSERT_TRUE(exit_code_ == 0 || exit_code_ == 3) << exit_code_;
  EXPECT_EQ(exit_code_ == 3, !report["trouble"].empty());
  for (const auto& source : report["sources"])
    EXPECT_TRUE(source["heard"].get<bool>()) << source["source"];
}

TEST_F(Anytown, CountsEveryRecordOnceInEveryNight) {
  expect_sums(night());
  auto again = night();
  expect_sums(again);
  EXPECT_EQ(count(again["profiles"], "unchanged"), count(again["profiles"], "total"));
}

TEST_F(Anytown, GivesEveryStudentOfTheExportOneProfile) {
  auto report = night();
  auto delivered = delivered_numbers();
  auto exported = exported_numbers();
  EXPECT_EQ(count(report["persons"], "students"), exported.size());
  EXPECT_TRUE(std::set<std::string>(delivered.begin(), delivered.end()) ==
              exported);  // never printed: they are numbers of students
  EXPECT_EQ(delivered.size(), exported.size());
}

// The fixtures of the shelters name nobody well enough, and the clinic's children go to no school
// here.
TEST_F(Anytown, JoinsNobodyOnAGuess) {
  auto report = night();
  EXPECT_EQ(count(report["persons"], "merged"), 0u);
  EXPECT_EQ(count(report["persons"], "review"), 0u);
  EXPECT_GT(count(report["persons"], "forgotten"), 0u);
}

}  // namespace
}  // namespace homeroom::anytown
