#include "hub/resolve/rules.hpp"

#include <algorithm>

namespace homeroom::resolve {

std::vector<Rule> pass_rules() {
  return {
      {"district-number", "by district student number", Evidence::strong},
      {"state-id", "by state student identifier", Evidence::strong},
      {"name-birth-home", "by full name, birth date and home", Evidence::strong},
      {"name-birth", "by full name and birth date, nothing against it", Evidence::strong},
      {"name-birth-elsewhere", "by full name and birth date, other home", Evidence::plain},
      {"nickname-birth", "by birth date and a short or partial name", Evidence::plain},
      {"slip-birth", "by birth date and a name one letter off", Evidence::plain},
      {"first-birth-home", "by given name, birth date and home, other family name",
       Evidence::plain},
      {"two-slips-birth-home", "by birth date, home and names a letter off", Evidence::plain},
      {"swapped-names-birth", "by birth date and both names in the other's place", Evidence::plain},
      {"near-birth-home", "by full name and home, birth date one slip off", Evidence::plain},
      {"near-birth-rare-name", "by a full name nobody else bears, birth date one slip off",
       Evidence::plain},
      {"no-birth-home", "by full name and home, birth date not known", Evidence::plain},
      {"no-birth-postal", "by a full name nobody else bears and postal code, birth date not known",
       Evidence::plain},
      {"slip-near-birth-home",
       "by home, a name one letter off, birth date one slip off or not known", Evidence::plain},
  };
}

namespace {

bool is_same_name(const Agreement& a) {
  return a.first == Name::same && a.last == Name::same;
}

/// One of the names a letter off, the other right.
bool has_one_slip(const Agreement& a) {
  auto [worse, better] = std::minmax(a.first, a.last);
  return worse == Name::near && better >= Name::part;
}

Pass with_birth(const Agreement& a) {
  bool is_near_home = a.has_home() || a.postal == Same::yes;
  bool fits_sex = a.sex != Same::no;
  if (has_full_name(a) && fits_sex && (a.has_home() || (is_same_name(a) && is_near_home)))
    return Pass::name_birth_home;
  if (is_same_name(a)) {
    bool is_contradicted = !fits_sex || a.phone == Same::no || a.postal == Same::no;
    return is_contradicted ? Pass::name_birth_elsewhere : Pass::name_birth;
  }
  if (!fits_sex) return Pass::none;
  if (has_full_name(a)) return Pass::nickname_birth;
  if (has_one_slip(a)) return Pass::slip_birth;
  if (a.first >= Name::part && a.has_home()) return Pass::first_birth_home;
  if (a.first >= Name::initial && a.last >= Name::near && is_near_home)
    return Pass::two_slips_birth_home;
  return Pass::none;
}

}  // namespace

Pass pass_of(const Agreement& a, bool is_rare_name) {
  if (a.is_swapped && a.birth == Birth::same && a.sex != Same::no && a.first != Name::same)
    return Pass::swapped_names_birth;
  if (a.first == Name::differs) return Pass::none;  // a sister, a brother, a twin
  if (a.birth == Birth::same) return with_birth(a);
  if (a.birth == Birth::differs || a.sex == Same::no) return Pass::none;
  bool is_near = a.birth == Birth::near;
  if (has_full_name(a)) {
    if (a.has_home()) return is_near ? Pass::near_birth_home : Pass::no_birth_home;
    if (is_rare_name && is_near) return Pass::near_birth_rare_name;
    if (is_rare_name && is_same_name(a) && a.postal == Same::yes) return Pass::no_birth_postal;
    return Pass::none;
  }
  return has_one_slip(a) && a.has_home() ? Pass::slip_near_birth_home : Pass::none;
}

bool is_worth_a_look(const Agreement& a, bool is_rare_name) {
  if (a.first < Name::part) return false;
  if (a.birth == Birth::same) return a.last >= Name::near || a.postal == Same::yes;
  if (!has_full_name(a)) return false;
  return a.has_home() || (is_rare_name && a.birth != Birth::differs);
}

bool denies_identifier(const Agreement& a) {
  if (a.first != Name::differs) return false;
  return a.birth != Birth::same || a.last == Name::differs;
}

}  // namespace homeroom::resolve
