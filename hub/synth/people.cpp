#include "hub/synth/people.hpp"

#include <fmt/format.h>

#include "hub/synth/days.hpp"
#include "hub/synth/names.hpp"

namespace homeroom::synth {

namespace {

constexpr const char* streets[] = {"Pebble St",  "Button Ave", "Lantern Dr",
                                   "Thimble Ln", "Kettle Rd",  "Marble Way"};
constexpr const char* towns[] = {"Lakeview", "Upper Pebble", "Kettleton", "Thimbleford"};

uint64_t school_for(int grade, uint64_t wished, uint64_t lowest) {
  while (grade < lowest_grade(wished) || grade > highest_grade(wished))
    wished = lowest + (wished - lowest + 1) % 5;
  return wished;
}

int race_of(uint64_t percent) {
  return percent < 1    ? 0
         : percent < 7  ? 1
         : percent < 22 ? 2
         : percent < 23 ? 3
         : percent < 90 ? 4
                        : 5;
}

}  // namespace

Family family(uint64_t seed, uint64_t id, uint64_t first_child) {
  Draw draw(seed, id, Purpose::family);
  auto percent = draw.below(100);
  Family made{id, first_child,
              percent < 48   ? 1u
              : percent < 83 ? 2u
              : percent < 95 ? 3u
                             : 4u,
              false, ""};
  made.has_twins = made.children > 1 && draw.chance(0.035);
  made.name = family_name(draw);
  return made;
}

Person person(uint64_t seed, const Family& family, uint64_t place, uint64_t id) {
  Draw own(seed, id, Purpose::person), shared(seed, family.id, Purpose::person, 1),
      named(seed, id, Purpose::name);
  Person made;
  made.id = id;
  made.is_girl = own.chance(0.49);
  auto lowest = family.first_child / students_of_five_schools * 5;
  auto wished = lowest + shared.below(5);
  int oldest = shared.day(13), twin_day = shared.day(365), own_day = own.day(365);
  bool is_twin = family.has_twins && place <= 1;
  int step = static_cast<int>(place);
  made.grade = is_twin ? oldest : oldest >= 2 * step ? oldest - 2 * step : (oldest + 3 * step) % 13;
  made.school = school_for(made.grade, wished, lowest);
  made.born = day_of(2020 - made.grade, 9, 1) - 1 - (is_twin ? twin_day : own_day);
  made.first = given_name(named);
  if (named.chance(0.05)) made.first += " " + given_name(named);
  if (named.chance(0.7)) made.middle = given_name(named);
  made.last = family.name;
  if (named.chance(0.06)) {
    made.last += "-" + family_name(named);
  } else if (named.chance(0.05)) {
    made.last = family_name(named);
  }
  made.race = race_of(own.below(100));
  made.is_hispanic = own.chance(0.28);
  made.home = address(seed, family.id, 0);
  made.number = fmt::format("{:07}", 1'000'000 + id);
  made.roster_id = fmt::format("stu-{:09}", id);
  return made;
}

Address address(uint64_t seed, uint64_t family, uint64_t version) {
  Draw draw(seed, family, Purpose::address, version);
  Address made;
  made.street = fmt::format("{} {}", 1 + draw.below(9899), streets[draw.below(6)]);
  if (draw.chance(0.22)) made.street += fmt::format(", Apt {}", 1 + draw.below(60));
  made.city = towns[draw.below(4)];
  made.zip = fmt::format("{:05}", 43000 + draw.below(60));
  made.phone = fmt::format("(614) 555-{:04}", draw.below(10'000));
  return made;
}

Change change(uint64_t seed, const Person& person, uint64_t family) {
  Draw draw(seed, person.id, Purpose::day2);
  Change made;
  made.served = draw.chance(0.03) && is_in_shelter(seed, family);
  if (!draw.chance(0.01)) return made;
  made.moved = draw.chance(0.4);
  made.attended = draw.chance(0.5);
  made.vaccinated = draw.chance(0.2);
  made.served = made.served || draw.chance(0.1);
  made.renamed = draw.chance(0.05);
  made.revoked = draw.chance(0.3);
  if (!made.any()) made.attended = true;
  return made;
}

bool is_gone(uint64_t seed, uint64_t person) {
  return person % 1000 == Draw(seed, person / 1000, Purpose::gone).below(1000);
}

bool is_in_shelter(uint64_t seed, uint64_t family) {
  return Draw(seed, family, Purpose::family_shelter).chance(0.05);
}

Heard heard(const Person& person, Draw& draw, double nickname_share, double typo_share) {
  Heard as{person.first, person.last, person.born};
  if (draw.chance(nickname_share)) as.first = nickname(as.first);
  if (draw.chance(typo_share)) as.first = with_typo(as.first, draw);
  if (auto hyphen = as.last.find('-'); hyphen != std::string::npos && draw.chance(0.4))
    as.last = draw.chance(0.5) ? as.last.substr(0, hyphen) : as.last.substr(hyphen + 1);
  if (draw.chance(typo_share)) as.last = with_typo(as.last, draw);
  if (draw.chance(typo_share)) as.born = misread(as.born, static_cast<unsigned>(draw.below(6)));
  return as;
}

std::string school_id(uint64_t school) {
  return fmt::format("org-{:05}", school + 1);
}

std::string school_name(uint64_t school) {
  constexpr const char* levels[] = {"Elementary", "Elementary", "Elementary", "Middle", "High"};
  Draw draw(0, school, Purpose::key);
  return fmt::format("{} {} School", family_name(draw), levels[school % 5]);
}

int lowest_grade(uint64_t school) {
  return school % 5 < 3 ? 0 : school % 5 == 3 ? 6 : 9;
}
int highest_grade(uint64_t school) {
  return school % 5 < 3 ? 5 : school % 5 == 3 ? 8 : 12;
}
std::string grade_code(int grade) {
  return grade == 0 ? "KG" : fmt::format("{:02}", grade);
}

}  // namespace homeroom::synth
