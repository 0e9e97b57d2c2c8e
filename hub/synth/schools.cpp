// What stands in the roster beside people: the district, terms, courses, sections and staff.
#include "hub/synth/names.hpp"
#include "hub/synth/writers.hpp"

namespace homeroom::synth {

namespace {

constexpr const char* subjects[] = {"Homeroom",       "English", "Math",  "Science",
                                    "Social Studies", "Art",     "Music", "PE"};

void write_employee(uint64_t seed, uint64_t who, const std::string& id, uint64_t school,
                    const char* role, Rows& rows) {
  Draw draw(seed, who, Purpose::staff);
  auto first = given_name(draw);
  put(rows[File::users], "{0},,,true,{1},{2},{0},,{3},{4},,{0},{0}@staff.example.org,,,,,\r\n", id,
      school_id(school), role, first, csv(family_name(draw)));
}

void write_section(uint64_t seed, uint64_t school, uint64_t grade, uint64_t section, Rows& rows) {
  auto course = grade * 40 + section;
  auto subject = subjects[section / 5 % 8];
  put(rows[File::classes],
      "cls-{0}-{1},,,\"{2} G{3}, sec "
      "{4}\",{5},crs-{1},{1},scheduled,R{4},{6},\"t1,t2\",{2},,{7}\r\n",
      school, course, subject, grade, section, grade_code(static_cast<int>(grade)),
      school_id(school), section % 7 + 1);
  if (section % 5 != 0) return;
  auto teacher = school * 1000 + course;
  auto id = fmt::format("tch-{:07}", teacher);
  write_employee(seed, 1'000'000'000 + teacher, id, school, "teacher", rows);
  put(rows[File::enrollments], "enr-t-{},,,cls-{}-{},{},{},teacher,true,,\r\n", teacher, school,
      course, school_id(school), id);
}

}  // namespace

void write_district_rows(Rows& rows) {
  rows[File::orgs] += "org-00000,,,Synthetic City School District,district,0,\r\n";
  rows[File::sessions] +=
      "yr-2026,,,2025-2026,schoolYear,2025-08-18,2026-06-05,,2026\r\n"
      "t1,,,Fall,semester,2025-08-18,2026-01-16,yr-2026,2026\r\n"
      "t2,,,Spring,semester,2026-01-20,2026-06-05,yr-2026,2026\r\n";
  for (uint64_t course = 0; course < 520; ++course) {
    auto subject = subjects[course % 40 / 5 % 8];
    put(rows[File::courses], "crs-{0},,,yr-2026,\"{1}, grade {2}\",C{0},{3},org-00000,{1},\r\n",
        course, subject, course / 40, grade_code(static_cast<int>(course / 40)));
  }
}

void write_school(uint64_t seed, uint64_t school, Rows& rows) {
  put(rows[File::orgs], "{},,,{},school,{},org-00000\r\n", school_id(school),
      csv(school_name(school)), school + 1);
  for (uint64_t i = 0; i < 3; ++i)
    write_employee(seed, school * 3 + i, fmt::format("stf-{:05}-{}", school + 1, i + 1), school,
                   i == 2 ? "teacher" : "administrator", rows);
  for (int grade = lowest_grade(school); grade <= highest_grade(school); ++grade)
    for (uint64_t section = 0; section < 40; ++section)
      write_section(seed, school, static_cast<uint64_t>(grade), section, rows);
}

}  // namespace homeroom::synth
