// What expressions take from outside: the district's key and the day.
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

/// The middle names of all profiles, which the tests make hashes of.
std::set<std::string> middle_names(const District& district, const std::string& store) {
  std::set<std::string> found;
  std::istringstream lines(District::read(district.out(store)));
  for (std::string line; std::getline(lines, line);) {
    std::smatch middle;
    if (std::regex_search(line, middle, std::regex("\"middle\":\"([^\"]*)\"")))
      found.insert(middle[1]);
  }
  return found;
}

TEST(Hash, IsTheDistrictsOwnAndStays) {
  District district(60);
  District::replace(district.workspace("mappings/sis.yaml"), "middle: name_case(middleName)",
                    "middle: hash('x' || substr(givenName, 1, 1))");
  ASSERT_EQ(district.night("a", "day1").exit_code, 0);
  auto hashes = middle_names(district, "a");
  ASSERT_GT(hashes.size(), 3u);
  for (const auto& hash : hashes)
    EXPECT_TRUE(std::regex_match(hash, std::regex("[0-9a-f]{32}"))) << hash;

  EXPECT_EQ(delivered(district.night("a", "day1")), 0u) << "the same key, the same values";
  ASSERT_EQ(district.night("b", "day1").exit_code, 0);
  for (const auto& hash : middle_names(district, "b"))
    EXPECT_FALSE(hashes.contains(hash)) << "another key gives other values";
}

TEST(DatedCodes, ArePickedByTheDayOfTheRunAndMapAnewWhenItChangesThem) {
  District district(60);
  auto mapping = district.workspace("mappings/sis.yaml");
  auto text = District::read(mapping);
  auto line = text.substr(text.find("  meals:"));
  District::replace(mapping, line.substr(0, line.find('\n')), "  meals: {file: codes/meals.csv}");
  District::write(district.workspace("mappings/codes/meals.csv"),
                  "code,value,owner,valid_from,valid_to\n"
                  "F,free,Invented Kitchen,,\n"
                  "P,full,Invented Kitchen,,\n"
                  "R,reduced,Invented Kitchen,,2026-01-31\n"
                  "R,free,Invented Kitchen,2026-02-01,\n");
  auto night = [&](const char* day) {
    return district.night("a", "day1", "", std::string("--set run_date=") + day);
  };
  auto has_reduced = [&] {
    return District::read(district.out("a")).find("\"reduced\"") != std::string::npos;
  };

  ASSERT_EQ(night("2026-01-13").exit_code, 0);
  EXPECT_TRUE(has_reduced());
  auto same = night("2026-01-31");
  EXPECT_EQ(same.report["profiles"]["changed"], 0) << "no row of the list begins or ends";
  auto next = district.night("a", "day1", "--approve profiles_to_send --why test",
                             "--set run_date=2026-02-01");
  ASSERT_EQ(next.exit_code, 0) << next.errors << next.report.dump();
  EXPECT_GT(next.report["profiles"]["changed"].get<int>(), 0);
  EXPECT_FALSE(has_reduced());
}

}  // namespace
}  // namespace homeroom::flows
