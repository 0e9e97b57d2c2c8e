// Shelters (HMIS CSV), social services, consents and caseloads.
#include "hub/synth/days.hpp"
#include "hub/synth/names.hpp"
#include "hub/synth/writers.hpp"

namespace homeroom::synth {

namespace {

constexpr const char* closing = ",2025-09-01 10:00:00,2026-01-10 10:00:00,u1,,EXP1\r\n";
constexpr uint64_t victim_project = 12;
constexpr int project_types[] = {0, 1, 2, 13, 4, 1, 2, 11, 12, 0, 8, 13, 0};

std::string commas(std::size_t count) {
  return std::string(count, ',');
}

}  // namespace

void write_agencies(Rows& rows, bool is_day2, bool is_delta) {
  put(rows[File::hmis_export],
      "EXP1,1,OH-999,Synthetic "
      "HMIS,Pebble,Example,6145550100,,hmis@coc.example.org,{},SyntheticHMIS,1.0,2026 "
      "v1.0,3,{},1,synthetic-1\r\n",
      is_day2 ? "2026-01-13 04:30:00,2025-08-01,2026-01-12"
              : "2026-01-12 04:30:00,2025-08-01,2026-01-11",
      is_delta ? 1 : 2);
  for (int i = 0; i < 5; ++i)
    put(rows[File::organizations], "A{0},Invented Agency {0},{1},{2}", i + 1, i == 4 ? 1 : 0,
        closing);
  for (uint64_t i = 0; i <= victim_project; ++i)
    put(rows[File::projects], "P{0},A{1},Invented Project {0},,2019-07-01,,1,{2},1,{3},,{4},,{5}",
        i, i == victim_project ? 5 : i % 4 + 1, project_types[i], project_types[i] == 13 ? "2" : "",
        i == victim_project ? 1 : 4, closing);
}

void write_shelter(const Seen& seen, Rows& rows, Keys& keys) {
  const auto& person = seen.person;
  if (!is_in_shelter(seen.seed, seen.family.id)) return;
  Draw own(seen.seed, person.id, Purpose::shelter),
      shared(seen.seed, seen.family.id, Purpose::shelter, 1);
  bool is_victim = shared.chance(0.06), has_left = shared.chance(0.45);
  auto project = is_victim ? victim_project : shared.below(12);
  int entry = year_start + shared.day(120), exit = entry + 20 + shared.day(60);
  constexpr const char* livings[] = {"101", "116", "302", "336", "335", "329"};
  auto living = livings[shared.below(6)];
  has_left = has_left && exit <= last_known;
  auto id = fmt::format("H{:08X}{}", scrambled(person.id + seen.seed) & 0xffffffff, person.id);
  keys.emplace_back(is_victim ? "refuse" : "hmis", id);
  auto as = heard(person, own, 0.2, 0.04);
  auto race = [&](int is) { return person.race == is || (person.race == 5 && is == 2) ? 1 : 0; };
  put(rows[File::clients], "{},{},,{},,1,,99,{},1,{},{},{},{},{},0,{},{},,,0{}{}", id,
      csv(as.first), csv(as.last), iso_date(as.born), person.is_girl ? 0 : 1, race(0), race(1),
      race(2), person.is_hispanic ? 1 : 0, race(3), person.race >= 4 ? 1 : 0, commas(12), closing);
  put(rows[File::stays], "E{0},{0},P{1},{2},HH{3},2,,{4},,10{5}0{6}{7}", id, project,
      iso_date(entry), seen.family.id, living, commas(6), commas(46), closing);
  if (has_left)
    put(rows[File::exits], "X{0},E{0},{0},{1},410{2}{3}", id, iso_date(exit), commas(34), closing);
  bool is_night = project_types[project] == 1;
  int length = (has_left ? exit : last_known) - entry + 1;
  auto write = [&](uint64_t which, int day, const char* close) {
    put(rows[File::services], "S{0}-{1},E{0},{0},{2},{3}{4}{5}", id, which, iso_date(day),
        is_night ? "200,200" : "142,5", commas(7), close);
  };
  auto first = own.day(100);
  uint64_t count = own.below(6);
  for (uint64_t i = 0; i < count; ++i)
    write(i, entry + (first + static_cast<int>(i)) % length, closing);
  if (seen.change.served && !has_left)
    write(count, last_known + 1, ",2026-01-12 20:00:00,2026-01-12 20:00:00,u1,,EXP1\r\n");
}

void write_referrals(const Seen& seen, Rows& rows, Keys& keys) {
  constexpr const char* programs[] = {
      "Food pantry", "Housing assistance",   "Mental health counseling", "Foster care",
      "TANF",        "After-school program", "Utility assistance",       "Juvenile services"};
  constexpr const char* states[] = {"Open", "Closed", "Pending", "Declined"};
  const auto& person = seen.person;
  Draw draw(seen.seed, person.id, Purpose::social);
  if (!draw.chance(0.15)) return;
  uint64_t count = 1 + draw.below(2);
  auto as = heard(person, draw, 0.2, 0.05);
  bool has_date = !draw.chance(0.05), has_moved = draw.chance(0.25), is_loud = draw.chance(0.3);
  auto home = has_moved ? address(seen.seed, seen.family.id, 6) : person.home;
  auto said = [&](const std::string& name) { return csv(is_loud ? in_capitals(name) : name); };
  for (uint64_t i = 0; i < count; ++i) {
    auto id = fmt::format("R{:09}", person.id * 4 + i);
    keys.emplace_back("social", id);
    int day = year_start + draw.day(140);
    auto program = draw.below(8), agency = draw.below(6), state = draw.below(4);
    put(rows[File::referrals],
        "{},{},{},{},{},{},{},{},{},{},{},{},\"Invented Agency, No. {}\",{},\"See family, {}\"\r\n",
        id, said(as.first), said(as.last),
        !has_date ? ""
        : is_loud ? short_date(as.born)
                  : us_date(as.born),
        person.is_girl ? (is_loud ? "F" : "Female") : (is_loud ? "M" : "Male"), csv(home.street),
        home.city, home.zip, home.phone, csv(school_name(person.school)), us_date(day),
        programs[program], agency, seen.change.served ? "Closed" : states[state],
        state == 0 ? "visit" : "phone");
  }
}

void write_forms(const Seen& seen, Rows& rows) {
  constexpr const char* scopes[] = {"success-plan", "meal-status", "referral"};
  constexpr double shares[] = {1, 0.4, 0.25};
  constexpr const char* roles[] = {"coordinator", "counselor", "sped-staff"};
  const auto& person = seen.person;
  Draw draw(seen.seed, person.id, Purpose::consent), load(seen.seed, person.id, Purpose::caseload);
  bool consents = draw.chance(0.6);
  auto by = seen.family.id * 2 + draw.below(seen.family.guardians());
  for (std::size_t i = 0; i < 3 && consents; ++i) {
    bool is_given = draw.chance(shares[i]), is_revoked = draw.chance(0.01);
    int given = year_start - 30 + draw.day(140), revoked = given + 1 + draw.day(30);
    auto percent = draw.below(100);
    if (!is_given) continue;
    auto back = is_revoked            ? iso_date(revoked)
                : seen.change.revoked ? iso_date(last_known + 1)
                                      : "";
    put(rows[File::consents], "{},{},gdn-{:09},{},{},{}\r\n", person.number, scopes[i], by,
        iso_date(given),
        percent < 2    ? "2025-12-31"
        : percent < 3  ? "2026-01-12"
        : percent < 95 ? "2026-06-30"
                       : "",
        back);
  }
  if (!load.chance(0.15)) return;
  bool is_special = load.chance(0.6) && facts(seen.seed, person.id).has_iep;
  std::size_t role = is_special ? 2 : load.chance(0.6) ? 0 : 1;
  int from = year_start + load.day(60);
  put(rows[File::caseloads], "stf-{:05}-{},{},{},{},{}\r\n", person.school + 1, role + 1,
      person.number, roles[role], iso_date(from),
      load.chance(0.06) ? iso_date(from + 20 + load.day(60)) : "");
}

void write_stranger(uint64_t seed, uint64_t which, Rows& rows, Keys& keys) {
  auto id = 5'000'000'000 + which;
  auto kin = family(seed, id, 0);
  auto who = person(seed, kin, 0, id);
  auto key = fmt::format("stranger-{}", which);
  keys.emplace_back("health", key);
  put(rows[File::patients],
      R"({{"resourceType":"Patient","id":"{}","meta":{{"versionId":"1","lastUpdated":"{}"}},"active":true,"name":[{{"use":"official","family":"{}","given":["{}"]}}],"gender":"{}","birthDate":"{}"}})",
      key, bulk_time, who.last, who.first, who.is_girl ? "female" : "male", iso_date(who.born));
  rows[File::patients] += '\n';
  auto referral = fmt::format("RX{:08}", which);
  keys.emplace_back("social", referral);
  put(rows[File::referrals], "{},{},{},{},{},{},{},{},{},,{},Food pantry,Invented Agency,Open,\r\n",
      referral, csv(who.first), csv(who.last), us_date(who.born), who.is_girl ? "Female" : "Male",
      csv(who.home.street), who.home.city, who.home.zip, who.home.phone,
      us_date(year_start + static_cast<int>(which % 140)));
}

}  // namespace homeroom::synth
