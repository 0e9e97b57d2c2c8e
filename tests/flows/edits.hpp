// Random edits of a synthetic day, of the kinds that have caught engines out before.
#pragma once

#include <random>

#include "tests/flows/district.hpp"

namespace homeroom::flows {

using Lines = std::vector<std::string>;

inline Lines lines_of(const fs::path& file) {
  Lines lines;
  std::istringstream in(District::read(file));
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

inline void write(const fs::path& file, const Lines& lines) {
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  District::write(file, text);
}

/// The n-th cell of a line, from 0, of a file whose first cells are never quoted.
inline std::string cell(const std::string& line, int n) {
  std::size_t from = 0;
  for (; n > 0; --n) from = line.find(',', from) + 1;
  return line.substr(from, line.find(',', from) - from);
}

/// Edits one data row of a file (never the header).
template <class Edit>
void edit_row(const fs::path& file, std::mt19937_64& random, Edit edit) {
  auto lines = lines_of(file);
  if (lines.size() < 3) return;
  edit(lines, 1 + random() % (lines.size() - 1));
  write(file, lines);
}

inline void replace_in(std::string& line, const std::string& what, const std::string& with) {
  if (auto at = line.find(what); at != std::string::npos) line.replace(at, what.size(), with);
}

inline void remove_line(Lines& lines, std::size_t at) {
  lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
}

/// The first so many kinds are such that the deltas of the example's formats can say them.
constexpr uint64_t kinds_in_deltas = 6;
constexpr uint64_t all_kinds = 7;

inline void edit_day(const fs::path& day, std::mt19937_64& random, uint64_t kinds) {
  switch (random() % kinds) {
    case 0:
      edit_row(day / "oneroster/orgs.csv", random,
               [](Lines& l, std::size_t i) { replace_in(l[i], " School", " Renamed School"); });
      break;
    case 1:
      edit_row(day / "sis/attendance.csv", random, remove_line);
      break;
    case 2:  // a class moves from one student to another
      edit_row(day / "oneroster/enrollments.csv", random, [&](Lines& l, std::size_t i) {
        auto from = cell(l[i], 5);
        auto to = cell(l[1 + random() % (l.size() - 1)], 5);
        if (from.starts_with("stu-") && to.starts_with("stu-")) replace_in(l[i], from, to);
      });
      break;
    case 3:  // a guardian, perhaps of several children
      edit_row(day / "oneroster/users.csv", random, [](Lines& l, std::size_t i) {
        replace_in(l[i], "@mail.example.com", "@home.example.com");
      });
      break;
    case 4:
      edit_row(day / "sis/student_ext.csv", random,
               [](Lines& l, std::size_t i) { replace_in(l[i], ",OH,", ",PA,"); });
      break;
    case 5:  // an incident moves from one student to another
      edit_row(day / "sis/discipline.csv", random, [&](Lines& l, std::size_t i) {
        replace_in(l[i], cell(l[i], 1), cell(l[1 + random() % (l.size() - 1)], 1));
      });
      break;
    case 6:
      edit_row(day / "health/Immunization.ndjson", random, remove_line);
      break;
  }
}

}  // namespace homeroom::flows
