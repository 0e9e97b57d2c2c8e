// Roster, attendance and discipline, as the student information system exports them.
#include <cmath>

#include "hub/synth/days.hpp"
#include "hub/synth/names.hpp"
#include "hub/synth/writers.hpp"

namespace homeroom::synth {

namespace {

void write_user(const Seen& seen, Rows& rows) {
  const auto& person = seen.person;
  const auto& family = seen.family;
  Draw draw(seen.seed, person.id, Purpose::school_facts, 1);
  bool is_padded = draw.chance(0.03), is_shouted = draw.chance(0.04),
       has_phone = !draw.chance(0.12);
  auto first = is_shouted ? in_capitals(person.first) : person.first;
  auto last = is_shouted ? in_capitals(person.last) : person.last;
  if (is_padded) first += ' ', last.insert(0, " ");
  auto parents = fmt::format("gdn-{:09}", family.id * 2);
  if (family.guardians() == 2) parents += fmt::format(",gdn-{:09}", family.id * 2 + 1);
  put(rows[File::users],
      "{0},,,true,{1},student,s{2},{{StateID:{3}}},{4},{5},{6},{2},s{2}@students.example.org,,{7},{"
      "8},{9},\r\n",
      person.roster_id, school_id(person.school), person.number,
      900'000'000 + person.id * 7 % 99'999'999, csv(first), csv(last), person.middle,
      has_phone ? person.home.phone : "", csv(parents), grade_code(person.grade));
  auto known = facts(seen.seed, person.id);
  auto yes = [](bool is) { return is ? 'Y' : 'N'; };
  put(rows[File::student_ext], "{},{},{},OH,{},{},{},{},{},{},{},{}\r\n", person.number,
      csv(person.home.street), person.home.city, person.home.zip,
      has_phone ? person.home.phone : "", known.language, known.lunch, yes(known.has_iep),
      yes(known.has_504), yes(known.learns_english), us_date(known.entry));
}

void write_demographics(const Person& person, Rows& rows) {
  auto& text = rows[File::demographics];
  put(text, "{},,,{},{}", person.roster_id, iso_date(person.born),
      person.is_girl ? "female" : "male");
  for (int race = 0; race < 5; ++race) {
    bool is = person.race == race || (person.race == 5 && (race == 2 || race == 4));
    text += is ? ",true" : ",false";
  }
  put(text, ",{},{},US,OH,Columbus,\r\n", person.race == 5, person.is_hispanic);
}

void write_classes(const Seen& seen, Rows& rows) {
  const auto& person = seen.person;
  Draw draw(seen.seed, person.id, Purpose::classes);
  bool is_upper = person.grade >= 6;
  uint64_t count = is_upper ? 6 + draw.below(2) : 2;
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t section = is_upper ? i * 5 + draw.below(5) : i * 4 + draw.below(4);
    put(rows[File::enrollments], "enr-{}-{},,,cls-{}-{},{},{},student,{},2025-08-18,2026-06-05\r\n",
        person.id, i, person.school, static_cast<uint64_t>(person.grade) * 40 + section,
        school_id(person.school), person.roster_id, i == 0);
  }
}

const char* attendance_code(uint64_t percent) {
  return percent < 30       ? "A"
         : percent < 50     ? "AU"
         : percent < 70     ? "AE"
         : percent < 85     ? "T"
         : percent < 92     ? "TU"
         : percent < 96     ? "H"
         : percent % 2 == 0 ? "OSS"
                            : "ISS";
}

void write_attendance(const Seen& seen, Rows& rows) {
  const auto& person = seen.person;
  Draw draw(seen.seed, person.id, Purpose::attendance);
  double mean = draw.chance(0.18) ? 24 : 6;
  double share = static_cast<double>(draw.below(1'000'000)) / 1'000'000;
  int count = std::min(80, static_cast<int>(-std::log(1 - share) * mean));
  std::array<bool, 150> used{};
  auto write = [&](int day) {
    auto percent = draw.below(100);
    put(rows[File::attendance], "{},{},{},{},{},{}\r\n", person.number, person.school + 1,
        short_date(day), attendance_code(percent), percent < 70 ? 390 : 45,
        percent % 20 == 0 ? "\"Family called, sick\"" : "");
  };
  for (int i = 0; i < count; ++i) {
    int day = draw.day(146);
    bool is_weekend = (year_start + day + 3) % 7 >= 5;
    if (used[static_cast<std::size_t>(day)] || is_weekend) continue;
    used[static_cast<std::size_t>(day)] = true;
    write(year_start + day);
  }
  if (seen.change.attended) write(last_known + 1);
}

void write_discipline(const Seen& seen, Rows& rows) {
  constexpr const char* behaviors[] = {"DIS", "FGT", "TRU", "VAN", "TOB", "HAR", "WPN", "OTH"};
  constexpr const char* actions[] = {"DET", "ISS", "OSS", "CONF", "EXP"};
  const auto& person = seen.person;
  Draw draw(seen.seed, person.id, Purpose::incident);
  if (!draw.chance(0.08)) return;
  uint64_t count = 1 + draw.below(3);
  for (uint64_t i = 0; i < count; ++i) {
    int day = year_start + draw.day(146);
    auto behavior = draw.below(8), action = draw.below(5), removed = draw.below(9);
    put(rows[File::discipline], "INC{:09},{},{},{},{},{},{},\"Told by staff; {}\"\r\n",
        person.id * 4 + i, person.number, person.school + 1, us_date(day), behaviors[behavior],
        actions[action], action == 2 ? 1 + removed : 0,
        draw.chance(0.3) ? "family said \"\"we will talk\"\"" : "see file");
  }
}

}  // namespace

Facts facts(uint64_t seed, uint64_t person) {
  constexpr const char* lunches[] = {"F", "R", "P", "P", ""};
  constexpr const char* languages[] = {"spa", "ara", "vie", "zho", "som"};
  Draw draw(seed, person, Purpose::school_facts);
  Facts made;
  bool is_english = draw.chance(0.8);
  auto other = draw.chance(0.6) ? 0 : 1 + draw.below(4);
  made.language = is_english ? "eng" : languages[other];
  made.lunch = lunches[draw.below(5)];
  made.has_iep = draw.chance(0.14);
  made.has_504 = draw.chance(0.04);
  made.learns_english = draw.chance(0.5) && !is_english;
  made.entry = year_start - draw.day(2000);
  return made;
}

void write_roster(const Seen& seen, Rows& rows, Keys& keys) {
  write_user(seen, rows);
  write_demographics(seen.person, rows);
  write_classes(seen, rows);
  keys.emplace_back("sis", seen.person.roster_id);
}

void write_school_days(const Seen& seen, Rows& rows) {
  write_attendance(seen, rows);
  write_discipline(seen, rows);
}

void write_guardians(uint64_t seed, const Family& family, const Person& eldest,
                     const std::vector<uint64_t>& children, Rows& rows) {
  if (children.empty()) return;
  std::string list;
  for (auto child : children) put(list, "{}stu-{:09}", list.empty() ? "" : ",", child);
  for (uint64_t i = 0; i < family.guardians(); ++i) {
    auto id = family.id * 2 + i;
    Draw draw(seed, id, Purpose::guardian);
    auto first = given_name(draw);
    auto last = draw.chance(0.85) ? family.name : family_name(draw);
    put(rows[File::users],
        "gdn-{0:09},,,true,{1},guardian,g{0},,{2},{3},,,g{0}@mail.example.com,,{4},\"{5}\",,\r\n",
        id, school_id(eldest.school), csv(first), csv(last), eldest.home.phone, list);
  }
}

}  // namespace homeroom::synth
