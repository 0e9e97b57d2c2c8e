// Who lives in the district, and what another system would write down of them.
#pragma once

#include <string>

#include "hub/synth/draw.hpp"

namespace homeroom::synth {

struct Address {
  std::string street, city, zip, phone;
};

struct Family {
  uint64_t id = 0, first_child = 0, children = 1;
  bool has_twins = false;
  std::string name;
  uint64_t guardians() const { return id % 3 == 0 ? 1 : 2; }
};

struct Person {
  uint64_t id = 0;
  bool is_girl = false, is_hispanic = false;
  int born = 0, grade = 0, race = 0;  ///< race 0 to 4 as the columns of demographics, 5: two
  uint64_t school = 0;                ///< from 0
  std::string first, middle, last, number, roster_id;
  Address home;
};

/// What changed about a person until day 2.
struct Change {
  bool moved = false, attended = false, vaccinated = false, served = false, renamed = false,
       revoked = false;
  bool any() const { return moved || attended || vaccinated || served || renamed || revoked; }
};

Family family(uint64_t seed, uint64_t id, uint64_t first_child);
/// Child `place` of the family.
Person person(uint64_t seed, const Family& family, uint64_t place, uint64_t id);
Address address(uint64_t seed, uint64_t family, uint64_t version);
Change change(uint64_t seed, const Person& person, uint64_t family);
bool is_gone(uint64_t seed, uint64_t person);
bool is_in_shelter(uint64_t seed, uint64_t family);

/// The names and birth date another office wrote down.
struct Heard {
  std::string first, last;
  int born = 0;
};
Heard heard(const Person& person, Draw& draw, double nickname_share, double typo_share);

std::string school_id(uint64_t school);
std::string school_name(uint64_t school);
int lowest_grade(uint64_t school);
int highest_grade(uint64_t school);
std::string grade_code(int grade);
inline constexpr uint64_t students_of_five_schools = 2750;

}  // namespace homeroom::synth
