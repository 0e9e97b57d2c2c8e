#include "hub/resolve/sketch.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "hub/record/date.hpp"
#include "hub/resolve/names.hpp"
#include "hub/resolve/nicknames.hpp"

namespace homeroom::resolve {

namespace {

uint64_t mixed(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ull;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebull;
  return value ^ (value >> 31);
}

/// Hash of the letters only, so that "de la cruz" and "delacruz" are one name. 0 for an empty name.
uint64_t hash_of_letters(std::string_view name) {
  if (name.empty()) return 0;
  char letters[128];
  std::size_t size = 0;
  for (char c : name)
    if (c != ' ' && size < sizeof letters) letters[size++] = c;
  return hash_of({letters, size});
}

uint64_t hash_if_known(std::string_view text) {
  return text.empty() ? 0 : hash_of(text);
}

Same same(uint64_t a, uint64_t b) {
  if (!a || !b) return Same::unknown;
  return a == b ? Same::yes : Same::no;
}

std::string_view first_word(std::string_view name) {
  return name.substr(0, name.find(' '));
}

template <int most>
bool overlap(const HashList<most>& a, const HashList<most>& b) {
  return std::ranges::any_of(a, [&](uint64_t hash) { return b.has(hash); });
}

template <int most>
bool is_within(const HashList<most>& small, const HashList<most>& large) {
  return small.count && std::ranges::all_of(small, [&](uint64_t hash) { return large.has(hash); });
}

// Names of three letters are one edit from too many others: Mia, Ava, Ana.
constexpr std::size_t shortest_misspelt = 4;

bool is_near(std::string_view a, std::string_view b) {
  return std::min(a.size(), b.size()) >= shortest_misspelt - 1 &&
         std::max(a.size(), b.size()) >= shortest_misspelt && within_one_edit(a, b);
}

bool is_initial_of(std::string_view initial, std::string_view name) {
  return initial.size() == 1 && !name.empty() && name[0] == initial[0];
}

Name compare_first(const Sketch& a, const Sketch& b) {
  if (!a.first || !b.first) return Name::unknown;
  if (a.first == b.first) return Name::same;
  if (overlap(a.given, b.given)) return Name::part;
  auto word_a = first_word(a.first_name);
  auto word_b = first_word(b.first_name);
  if (is_initial_of(word_a, word_b) || is_initial_of(word_b, word_a)) return Name::initial;
  if (is_near(a.first_name, b.first_name) || is_near(word_a, word_b)) return Name::near;
  return Name::differs;
}

bool has_near_part(const Sketch& a, const Sketch& b) {
  auto parts_a = family_parts(a.last_name);
  auto parts_b = family_parts(b.last_name);
  bool is_a_shorter = parts_a.size() <= parts_b.size();
  const auto& others = is_a_shorter ? parts_b : parts_a;
  return std::ranges::all_of(is_a_shorter ? parts_a : parts_b, [&](auto part) {
    return std::ranges::any_of(others,
                               [&](auto other) { return part == other || is_near(part, other); });
  });
}

Name compare_last(const Sketch& a, const Sketch& b) {
  if (!a.last || !b.last) return Name::unknown;
  if (a.last == b.last) return Name::same;
  if (is_within(a.family, b.family) || is_within(b.family, a.family)) return Name::part;
  if (is_near(a.last_name, b.last_name) || has_near_part(a, b)) return Name::near;
  return Name::differs;
}

Birth compare_birth(const Sketch& a, const Sketch& b) {
  if (!a.knows_birth() || !b.knows_birth()) return Birth::unknown;
  if (a.birth == b.birth) return Birth::same;
  if (std::abs(a.birth - b.birth) > 366) return Birth::differs;
  if (std::abs(a.birth - b.birth) == 1) return Birth::near;
  auto day_a = record::civil(a.birth);
  auto day_b = record::civil(b.birth);
  bool is_swapped =
      day_a.year == day_b.year && day_a.month == day_b.day && day_a.day == day_b.month;
  bool is_year_off = std::abs(day_a.year - day_b.year) == 1 && day_a.month == day_b.month &&
                     day_a.day == day_b.day;
  return is_swapped || is_year_off ? Birth::near : Birth::differs;
}

}  // namespace

uint64_t hash_of(std::string_view text) {
  uint64_t hash = 0x9e3779b97f4a7c15ull ^ text.size();
  while (text.size() >= 8) {
    uint64_t word;
    std::memcpy(&word, text.data(), 8);
    hash = mixed(hash ^ word);
    text.remove_prefix(8);
  }
  uint64_t word = 0;
  std::memcpy(&word, text.data(), text.size());
  return mixed(hash ^ word) | 1;  // 0 is kept for "not known"
}

uint64_t hash_of(uint64_t a, uint64_t b) {
  return mixed(a * 0x9e3779b97f4a7c15ull + b) | 1;
}

Sketcher::Sketcher() {
  for (const auto& [formal, shorts] : nicknames())
    for (std::string_view rest = shorts; !rest.empty();) {
      auto word = first_word(rest);
      formal_[hash_of(word)].push_back(hash_of(formal));
      rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    }
}

Sketch Sketcher::sketch(const Features& features) const {
  Sketch made;
  made.first_name = features.first;
  made.last_name = features.last;
  made.first = hash_of_letters(features.first);
  made.last = hash_of_letters(features.last);
  if (made.first) {
    auto word = hash_of(first_word(features.first));
    made.given.add(word);
    if (auto found = formal_.find(word); found != formal_.end())
      for (auto formal : found->second) made.given.add(formal);
  }
  for (auto part : family_parts(features.last)) made.family.add(hash_of(part));
  made.number = hash_if_known(features.district_number);
  made.state_id = hash_if_known(features.state_id);
  made.phone = hash_if_known(features.phone);
  made.postal = hash_if_known(features.postal);
  if (made.postal && !features.street.empty())
    made.home = hash_of(made.postal, hash_of(features.street));
  made.birth = features.birth_date.value_or(INT32_MIN);
  made.sex = features.sex;
  return made;
}

Agreement compare(const Sketch& a, const Sketch& b) {
  auto known_sex = [](char sex) { return sex == 'F' || sex == 'M'; };
  Agreement agreement{};
  agreement.first = compare_first(a, b);
  agreement.last = compare_last(a, b);
  agreement.birth = compare_birth(a, b);
  agreement.sex = !known_sex(a.sex) || !known_sex(b.sex) ? Same::unknown
                  : a.sex == b.sex                       ? Same::yes
                                                         : Same::no;
  agreement.phone = same(a.phone, b.phone);
  agreement.postal = same(a.postal, b.postal);
  agreement.home = same(a.home, b.home);
  agreement.is_swapped = a.first && a.last && a.first == b.last && a.last == b.first;
  return agreement;
}

}  // namespace homeroom::resolve
