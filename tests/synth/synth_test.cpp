#include "hub/synth/synth.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "hub/synth/day_files.hpp"
#include "tests/world/scratch.hpp"

namespace homeroom::synth {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::set<std::string> lines_of(const std::filesystem::path& path) {
  std::istringstream in(text_of(path));
  std::set<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

TEST(Synth, writes_the_same_bytes_for_the_same_seed) {
  auto a = scratch(), b = scratch();
  write_district(a.path(), 300, 7);
  write_district(b.path(), 300, 7);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(a.path()))
    if (entry.is_regular_file()) {
      EXPECT_EQ(text_of(entry.path()),
                text_of(b.path() / entry.path().lexically_relative(a.path())))
          << entry.path();
    }
}

TEST(Synth, every_file_has_its_header_and_every_row_its_columns) {
  auto out = scratch();
  write_district(out.path(), 300, 7);
  for (std::size_t i = 0; i < file_count; ++i) {
    auto file = static_cast<File>(i);
    auto text = text_of(out.path() / "day1" / path_of(file));
    EXPECT_THAT(text, testing::StartsWith(std::string(header_of(file)))) << path_of(file);
    auto commas = std::count(header_of(file).begin(), header_of(file).end(), ',');
    std::istringstream in(text);
    for (std::string line; !header_of(file).empty() && std::getline(in, line);) {
      bool is_quoted = false;
      long seen = 0;
      for (char c : line) is_quoted ^= c == '"', seen += c == ',' && !is_quoted;
      ASSERT_EQ(seen, commas) << path_of(file) << ": " << line;
    }
  }
}

TEST(Synth, the_delta_is_the_difference_of_the_two_days) {
  auto out = scratch();
  write_district(out.path(), 2000, 7);
  for (auto file :
       {File::student_ext, File::attendance, File::patients, File::consents, File::referrals}) {
    auto before = lines_of(out.path() / "day1" / path_of(file)),
         after = lines_of(out.path() / "day2-full" / path_of(file));
    auto delta = lines_of(out.path() / "day2-delta" / path_of(file));
    delta.erase(std::string(header_of(file)) + "\r");
    std::set<std::string> expected;
    std::ranges::set_difference(after, before, std::inserter(expected, expected.end()));
    EXPECT_EQ(delta, expected) << path_of(file);
  }
}

TEST(Synth, lists_what_it_planted) {
  auto out = scratch();
  write_district(out.path(), 3600, 7);
  std::set<std::string> kinds;
  for (const auto& line : lines_of(out.path() / "planted.csv"))
    kinds.insert(line.substr(0, line.find(',')));
  EXPECT_EQ(kinds.size(), 18u + 2u);  // the kinds, `refuse` and the header
}

TEST(Synth, refuses_a_district_without_students) {
  auto out = scratch();
  EXPECT_THROW(write_district(out.path(), 0, 1), Error);
}

}  // namespace
}  // namespace homeroom::synth
