// Invented names, numbers and ids planted in the data are found nowhere in the store's folder, the
// logs or the reports.
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "tests/faults/started_night.hpp"

namespace homeroom::flows {
namespace {

constexpr const char* canaries[] = {"Zyxwquistia", "ZYXWQUISTIA", "zyxwquistia", "900-55-1234",
                                    "900551234",   "zyxwid005",   "7193461"};

/// Puts a text in place of one cell (counted from 0) of the lines that hold `mark`; cells before it
/// are unquoted.
void plant(const fs::path& file, const std::string& mark, int cell, const std::string& text) {
  std::istringstream in(District::read(file));
  std::string all;
  for (std::string line; std::getline(in, line);) {
    if (line.find(mark) != std::string::npos) {
      std::size_t at = 0;
      for (int n = 0; n < cell; ++n) at = line.find(',', at) + 1;
      line.replace(at, line.find(',', at) - at, text);
    }
    all += line + '\n';
  }
  District::write(file, all);
}

/// Puts a text in place of every other one in all files below a folder; how often.
int replace_everywhere(const fs::path& folder, const std::string& what, const std::string& with) {
  int count = 0;
  for (const auto& file : fs::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    auto text = District::read(file.path());
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + with.size())) {
      text.replace(at, what.size(), with);
      ++count;
    }
    District::write(file.path(), text);
  }
  return count;
}

/// A student with an id and a number of its own, who has records in several files, one of them set
/// aside.
void plant_ids(const District& district) {
  ASSERT_GT(replace_everywhere(district.data("day1"), "stu-000000005", "stu-zyxwid005"), 3);
  ASSERT_GT(replace_everywhere(district.data("day1"), "1000005", "7193461"), 3);
}

void expect_clean(const std::string& text, const std::string& where) {
  for (const char* canary : canaries)
    EXPECT_EQ(text.find(canary), std::string::npos) << canary << " in " << where;
}

TEST(Canaries, AreFoundNowhereOutsideTheDestinations) {
  District district(200);
  plant(district.data("day1/oneroster/users.csv"), "stu-000000003,", 8, "Zyxwquistia");
  plant(district.data("day1/sis/attendance.csv"), ",5,", 5, "900-55-1234");
  plant(district.data("day1/hmis/Client.csv"), ",EXP1", 6, "900551234");
  plant(district.data("day1/oneroster/demographics.csv"), "stu-000000005,", 14, "Zyxwquistia");
  plant(district.data("day1/oneroster/demographics.csv"), "stu-000000005,", 3, "2014-02-30");
  District::write(district.data("day1/social/referrals.csv"),
                  District::read(district.data("day1/social/referrals.csv")) +
                      "R999999999,Zyxwquistia,Zyxwquistia,02/03/1961,Female,1 Pebble "
                      "St,Lakeview,43033,(614) 555-0101,,"
                      "10/17/2025,Foster care,Invented Agency,Open,900-55-1234\n");
  plant_ids(district);
  for (int n = 0; n < 2; ++n) {
    auto night = district.night("a", "day1");
    EXPECT_TRUE(night.exit_code == 0 || night.exit_code == 3) << night.errors;
    expect_clean(night.errors, "the errors");
    expect_clean(night.report.dump(), "the report");
  }
  EXPECT_NE(District::read(district.out("a")).find("Zyxwquistia"), std::string::npos);
  for (const auto& file : fs::directory_iterator(district.folder()))
    if (file.is_regular_file()) expect_clean(District::read(file.path()), file.path().filename());
}

/// Core dumps would hold keys and students in the clear.
TEST(Canaries, MemoryOfARunIsNeverDumped) {
  District district(100);
  StartedNight night(district, "a", "day1");
  auto limits = fs::path("/proc") / std::to_string(night.process()) / "limits";
  auto core_limit = [&] {
    auto text = District::read(limits);
    auto at = text.find("Max core file size");
    return at == text.npos ? "" : text.substr(at + 18, text.find('\n', at) - at - 18);
  };
  std::istringstream said;
  std::string soft, hard;
  for (int n = 0; n < 2000 && hard != "0"; ++n) {  // until the program has begun
    said = std::istringstream(core_limit());
    said >> soft >> hard;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(soft, "0");
  EXPECT_EQ(hard, "0");
}

}  // namespace
}  // namespace homeroom::flows
