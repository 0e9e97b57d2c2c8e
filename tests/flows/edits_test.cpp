// Whatever is edited between two nights, the second night ends where a first load of the edited files
// does.
#include <gtest/gtest.h>

#include <random>

#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const fs::path& file) {
  Lines lines;
  std::istringstream in(District::read(file));
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void write(const fs::path& file, const Lines& lines) {
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  District::write(file, text);
}

/// Edits one data row of a file (never the header).
template <class Edit>
void edit_row(const fs::path& file, std::mt19937_64& random, Edit edit) {
  auto lines = lines_of(file);
  if (lines.size() < 3) return;
  edit(lines, 1 + random() % (lines.size() - 1));
  write(file, lines);
}

void replace_in(std::string& line, const std::string& what, const std::string& with) {
  if (auto at = line.find(what); at != std::string::npos) line.replace(at, what.size(), with);
}

/// One random edit of a kind that has caught engines out before.
void edit_day(const District& district, std::mt19937_64& random) {
  auto file = [&](const char* name) { return district.data("day1") / name; };
  switch (random() % 6) {
    case 0: edit_row(file("oneroster/orgs.csv"), random, [](Lines& l, std::size_t i) { replace_in(l[i], " School", " Renamed School"); }); break;
    case 1: edit_row(file("sis/attendance.csv"), random, [](Lines& l, std::size_t i) { l.erase(l.begin() + static_cast<std::ptrdiff_t>(i)); }); break;
    case 2:  // a class moves from one student to another
      edit_row(file("oneroster/enrollments.csv"), random, [&](Lines& l, std::size_t i) {
        auto other = l[1 + random() % (l.size() - 1)];
        auto a = l[i].find("stu-");
        auto b = other.find("stu-");
        if (a != std::string::npos && b != std::string::npos) l[i].replace(a, 13, other.substr(b, 13));
      });
      break;
    case 3:  // a guardian, perhaps of several children
      edit_row(file("oneroster/users.csv"), random, [](Lines& l, std::size_t i) { replace_in(l[i], "@mail.example.com", "@home.example.com"); });
      break;
    case 4: edit_row(file("sis/student_ext.csv"), random, [](Lines& l, std::size_t i) { replace_in(l[i], ",OH,", ",PA,"); }); break;
    case 5: edit_row(file("health/Immunization.ndjson"), random, [](Lines& l, std::size_t i) { l.erase(l.begin() + static_cast<std::ptrdiff_t>(i)); }); break;
  }
}

class Edits : public testing::TestWithParam<uint64_t> {};

TEST_P(Edits, EndWhereAFirstLoadOfTheEditedFilesDoes) {
  District district(200);
  ASSERT_EQ(district.night("nightly", "day1").exit_code, 0);
  std::mt19937_64 random(GetParam());
  for (int i = 0; i < 12; ++i) edit_day(district, random);
  for (const char* ending : {".keys", ".keys.keydb"})
    fs::copy_file(district.folder() / ("nightly" + std::string(ending)), district.folder() / ("fresh" + std::string(ending)));
  auto night = district.night("nightly", "day1", "--approve profiles_to_send --why test");
  auto fresh = district.night("fresh", "day1");
  ASSERT_EQ(night.exit_code, 0) << night.errors << night.report.dump();
  ASSERT_EQ(fresh.exit_code, 0) << fresh.errors << fresh.report.dump();
  for (const char* file : {"record.ndjson", "nurses.ndjson", "success_plans.ndjson"})
    EXPECT_TRUE(District::read(district.out("nightly", file)) == District::read(district.out("fresh", file))) << file;
}

INSTANTIATE_TEST_SUITE_P(Seeds, Edits, testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace homeroom::flows
