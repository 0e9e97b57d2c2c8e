#include <algorithm>
#include <bit>

#include "hub/resolve/comparison.hpp"
#include "hub/resolve/spelling.hpp"

namespace homeroom::resolve {

namespace {

constexpr uint8_t nowhere = 255;  ///< shift of what is not compared

}  // namespace

Comparer::Comparer(const Comparisons& comparisons)
    : of_(comparisons), texts_(comparisons.records_.features.size()) {
  uint32_t* places[] = {&name_places_.first, &name_places_.second, &name_places_.last, nullptr};
  const Compared names[] = {Compared::given_name, Compared::middle_name, Compared::family_name,
                            Compared::name_order};
  for (std::size_t i = 0; i < 4; ++i) {
    auto found = of_.find(names[i]);
    if (found == Records::none) {
      name_places_.shift[i] = nowhere;
      continue;
    }
    name_places_.shift[i] = of_.all_[found].shift;
    if (places[i]) *places[i] = of_.all_[found].at[0];
  }
}

uint32_t Comparer::given(uint32_t a, uint32_t b) {
  if (a == 0 || b == 0) return 0;
  if (a == b) return 1;
  return given_.level(
      a, b, [&](uint32_t x, uint32_t y) { return static_cast<uint32_t>(of_.names_.given(x, y)); });
}

uint32_t Comparer::family(uint32_t a, uint32_t b) {
  if (a == 0 || b == 0) return 0;
  if (a == b) return 1;
  return family_.level(
      a, b, [&](uint32_t x, uint32_t y) { return static_cast<uint32_t>(of_.names_.family(x, y)); });
}

bool Comparer::are_apart(uint32_t feature, uint32_t a, uint32_t b, uint32_t edits) const {
  const auto& x = of_.shapes_[feature][a];
  const auto& y = of_.shapes_[feature][b];
  auto longer = std::max(x.size, y.size);
  return longer - std::min(x.size, y.size) > edits ||
         std::popcount(x.letters ^ y.letters) > static_cast<int>(2 * edits);
}

uint32_t Comparer::texts(uint32_t feature, uint32_t a, uint32_t b) {
  if (a == 0 || b == 0) return 0;
  if (a == b) return 1;
  const auto& x = of_.shapes_[feature][a];
  const auto& y = of_.shapes_[feature][b];
  auto longer = std::max(x.size, y.size);
  // Texts with a Jaro-Winkler similarity of 0.92 have nearly all letters in common.
  if (are_apart(feature, a, b, 3 + longer / 6)) return 3;
  constexpr double alike = 0.92;
  uint32_t allowed = longer >= 8 ? 2 : longer >= 3 ? 1 : 0;
  bool may_be_slips = !are_apart(feature, a, b, allowed);
  bool may_be_like = longer >= 8 && may_be_alike(x, y, 4, static_cast<float>(alike));
  if (!may_be_slips && !may_be_like) return 3;
  return texts_[feature].level(a, b, [&](uint32_t one, uint32_t other) {
    auto p = text(feature, one);
    auto q = text(feature, other);
    if (may_be_slips && edits(p, q) <= allowed) return 2U;
    return may_be_like && jaro_winkler(p, q) >= alike ? 2U : 3U;
  });
}

uint32_t Comparer::numbers(uint32_t feature, uint32_t a, uint32_t b) {
  if (a == 0 || b == 0) return 0;
  if (a == b) return 1;
  if (are_apart(feature, a, b, 1)) return 3;
  auto p = text(feature, a);
  return p.size() >= 5 && edits(p, text(feature, b)) <= 1 ? 2 : 3;
}

uint32_t Comparer::emails(uint32_t feature, uint32_t a, uint32_t b) {
  if (a == 0 || b == 0) return 0;
  if (a == b) return 1;
  return texts_[feature].level(a, b, [&](uint32_t x, uint32_t y) {
    auto p = text(feature, x);
    auto q = text(feature, y);
    auto at_p = p.find('@');
    auto at_q = q.find('@');
    if (p.substr(0, at_p) == q.substr(0, at_q)) return 2U;
    auto shorter = std::min(p.size(), q.size());
    auto distance = edits(p, q);
    if (distance <= 2 || (distance <= 4 && shorter >= 16)) return 3U;
    return p.substr(at_p) == q.substr(at_q) ? 4U : 5U;
  });
}

uint32_t Comparer::address(const Comparison& what, const uint32_t* a, const uint32_t* b) {
  auto of = [&](const uint32_t* row, int part) {
    return what.at[part] == Records::none ? 0 : row[what.at[part]];
  };
  auto number = what.at[0] == Records::none ? 0 : texts(what.at[0], of(a, 0), of(b, 0));
  auto street = what.at[1] == Records::none ? 0 : texts(what.at[1], of(a, 1), of(b, 1));
  if (number == 0 && street == 0) return 0;
  if (number == 1 && street == 1) {
    auto x = of(a, 2);
    auto y = of(b, 2);
    return x == y ? 1 : x == 0 || y == 0 ? 2 : 3;
  }
  bool has_slip = (number == 1 && street == 2) || (number == 2 && street == 1);
  if (has_slip) return 4;
  if (street == 1) return 5;
  if (number == 1 || (number == 0 && street == 2)) return 6;
  return 7;
}

uint32_t Comparer::place(const Comparison& what, const uint32_t* a, const uint32_t* b) {
  auto part = [&](int i) {
    return what.at[i] == Records::none ? 0 : texts(what.at[i], a[what.at[i]], b[what.at[i]]);
  };
  auto city = part(0);
  auto postal = part(1);
  if (city == 0 && postal == 0) return 0;
  auto better = std::min(city ? city : 9, postal ? postal : 9);
  auto worse = std::max(city, postal);
  if (better == 1) {
    if (city == 1 && postal == 1) return 1;
    return worse <= 2 ? 2 : 3;
  }
  return better == 2 ? 4 : 5;
}

uint32_t birth_date_level(uint32_t a, uint32_t b) {
  if (a == 0 || b == 0) return 0;
  if (a == b) return 1;
  auto year_a = a >> 16;
  auto year_b = b >> 16;
  auto month_a = a >> 8 & 0xff;
  auto month_b = b >> 8 & 0xff;
  auto day_a = a & 0xff;
  auto day_b = b & 0xff;
  if (year_a == year_b && month_a == day_b && month_b == day_a) return 2;
  bool is_default = ((a & 0xffff) == 0x0101) != ((b & 0xffff) == 0x0101);
  if (is_default && year_a == year_b) return 4;
  auto apart = a ^ b;
  auto wrong = (apart | apart >> 1 | apart >> 2 | apart >> 3) & 0x11111111;  // a bit for each digit
  auto count = std::popcount(wrong);
  auto last = std::countr_zero(wrong);
  bool is_swap = count == 2 && (wrong >> last) == 0x11 &&
                 (a >> last & 15) == (b >> (last + 4) & 15) &&
                 (a >> (last + 4) & 15) == (b >> last & 15);
  if (count == 1 || is_swap) return 3;
  int parts = (year_a == year_b) + (month_a == month_b) + (day_a == day_b);
  if (parts == 2) return 5;
  if (year_a == year_b || count <= 2) return 6;
  auto year = [](uint32_t digits) {
    return (digits >> 12) * 1000 + (digits >> 8 & 15) * 100 + (digits >> 4 & 15) * 10 +
           (digits & 15);
  };
  bool is_next = year(year_a) - year(year_b) + 1 <= 2;  // unsigned: at most one apart
  return parts == 1 && is_next ? 6 : 7;
}

uint64_t Comparer::names(const uint32_t* a, const uint32_t* b) {
  auto value = [](const uint32_t* row, uint32_t place) {
    return place == Records::none ? 0 : row[place];
  };
  auto first = name_places_.first;
  auto second = name_places_.second;
  auto last = name_places_.last;
  auto given_a = value(a, first);
  auto given_b = value(b, first);
  auto given_level = given(given_a, given_b);
  auto family_level = family(value(a, last), value(b, last));
  auto middle_a = value(a, second);
  auto middle_b = value(b, second);
  uint32_t order = 1;
  constexpr auto weak = static_cast<uint32_t>(Given::initial);
  if (given_level >= weak && family_level >= static_cast<uint32_t>(Family::alike)) {
    auto crossed = given(given_a, value(b, last));
    auto other = crossed && crossed < weak ? family(value(a, last), given_b) : 0;
    if (other && other < static_cast<uint32_t>(Family::alike)) {
      given_level = crossed;
      family_level = other;
      order = 2;
    }
  }
  uint32_t middle_level = 0;
  if (middle_a && middle_b) {
    if (middle_a == middle_b)
      middle_level = 1;
    else if (of_.names_.is_initial_of(middle_a, middle_b))
      middle_level = 2;
    else
      middle_level = given(middle_a, middle_b) <= static_cast<uint32_t>(Given::near) ? 3 : 4;
  }
  if (given_level > static_cast<uint32_t>(Given::initial)) {
    auto is_whole = [&](uint32_t name) {
      return name && of_.records_.features[second].values->text(name).size() > 1;
    };
    bool is_middle = (is_whole(middle_a) && of_.names_.shared_word(middle_a, given_b)) ||
                     (is_whole(middle_b) && of_.names_.shared_word(middle_b, given_a));
    if (given_a && given_b && is_middle) {
      given_level = static_cast<uint32_t>(Given::middle);
      if (middle_level == 4) middle_level = 0;
    }
  }
  const uint32_t levels[] = {given_level, middle_level, family_level, order};
  uint64_t pattern = 0;
  for (std::size_t i = 0; i < 4; ++i)
    if (name_places_.shift[i] != nowhere) pattern |= uint64_t{levels[i]} << name_places_.shift[i];
  return pattern;
}

void Comparer::fetch(const uint32_t* row) const {
  if (name_places_.first != Records::none) of_.names_.fetch(row[name_places_.first]);
  if (name_places_.last != Records::none) of_.names_.fetch(row[name_places_.last]);
  for (std::size_t f = 0; f < of_.shapes_.size(); ++f)
    if (!of_.shapes_[f].empty()) __builtin_prefetch(&of_.shapes_[f][row[f]]);
}

uint64_t Comparer::pattern(const uint32_t* a, const uint32_t* b) {
  auto pattern = names(a, b);
  for (const auto& what : of_.all_) {
    uint32_t level = 0;
    auto at = what.at[0];
    switch (what.what) {
      case Compared::given_name:
      case Compared::middle_name:
      case Compared::family_name:
      case Compared::name_order:
        continue;
      case Compared::birth_date:
        level = birth_date_level(of_.births_[a[at]], of_.births_[b[at]]);
        break;
      case Compared::sex:
        level = a[at] == 0 || b[at] == 0 ? 0 : a[at] == b[at] ? 1 : 2;
        break;
      case Compared::phone:
      case Compared::identifier:
        level = numbers(at, a[at], b[at]);
        break;
      case Compared::other:
        level = texts(at, a[at], b[at]);
        break;
      case Compared::email:
        level = emails(at, a[at], b[at]);
        break;
      case Compared::address:
        level = address(what, a, b);
        break;
      case Compared::place:
        level = place(what, a, b);
        break;
      case Compared::source:
        level = a[at] == b[at] ? 2 : 1;
        break;
    }
    pattern |= uint64_t{level} << what.shift;
  }
  return pattern;
}

}  // namespace homeroom::resolve
