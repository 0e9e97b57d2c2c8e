// Names of pairs: given and family name depend on each other, as they may stand in each other's
// place, and a middle name may be used as the first.
#include <algorithm>

#include "hub/resolve/comparer.hpp"

namespace homeroom::resolve {

namespace {

constexpr auto slip = static_cast<uint8_t>(Given::near);
constexpr auto initial = static_cast<uint8_t>(Given::initial);
constexpr auto other_given = static_cast<uint8_t>(Given::differs);
constexpr auto alike_family = static_cast<uint8_t>(Family::alike);
constexpr auto other_family = static_cast<uint8_t>(Family::differs);

}  // namespace

uint32_t Comparer::given(uint32_t a, uint32_t b) {
  if (a == 0 || b == 0) return 0;
  if (a == b) return 1;
  if (of_.names_.are_other_given(a, b)) return other_given;
  return given_.level(
      a, b, [&](uint32_t x, uint32_t y) { return static_cast<uint32_t>(of_.names_.given(x, y)); });
}

uint32_t Comparer::family(uint32_t a, uint32_t b) {
  if (a == 0 || b == 0) return 0;
  if (a == b) return 1;
  if (of_.names_.are_other_family(a, b)) return other_family;
  return family_.level(
      a, b, [&](uint32_t x, uint32_t y) { return static_cast<uint32_t>(of_.names_.family(x, y)); });
}

/// Most names that differ have nothing in common, which is told without a branch.
template <class AreOther, class Level>
void Comparer::names_at(uint32_t place, Values& names, uint8_t other, const AreOther& are_other,
                        const Level& level, Levels& levels) {
  look(place, names, levels);
  unsure_.clear();
  for (auto i : open_) {
    levels[i] = other;
    unsure_.add(i, !are_other(names.a[i], names.b[i]));
  }
  for (auto i : unsure_) levels[i] = static_cast<uint8_t>(level(names.a[i], names.b[i]));
}

void Comparer::given_names(Levels& levels) {
  names_at(
      name_places_.first, first_, other_given,
      [this](uint32_t a, uint32_t b) { return of_.names_.are_other_given(a, b); },
      [this](uint32_t a, uint32_t b) { return given(a, b); }, levels);
}

void Comparer::family_names(Levels& levels) {
  names_at(
      name_places_.last, last_, other_family,
      [this](uint32_t a, uint32_t b) { return of_.names_.are_other_family(a, b); },
      [this](uint32_t a, uint32_t b) { return family(a, b); }, levels);
}

void Comparer::swapped_names(Levels& given_levels, Levels& family_levels, Levels& order) {
  unsure_.clear();
  for (uint32_t i = 0; i < pairs_.size(); ++i) {
    order[i] = 1;
    unsure_.add(i, (given_levels[i] >= initial) & (family_levels[i] >= alike_family));
  }
  for (auto i : unsure_) {
    auto crossed = given(first_.a[i], last_.b[i]);
    if (crossed == 0 || crossed >= initial) continue;
    auto other = family(last_.a[i], first_.b[i]);
    if (other == 0 || other >= alike_family) continue;
    given_levels[i] = static_cast<uint8_t>(crossed);
    family_levels[i] = static_cast<uint8_t>(other);
    order[i] = 2;
  }
}

void Comparer::middle_names(Levels& levels) {
  look(name_places_.second, second_, levels);
  for (auto i : open_) {
    auto a = second_.a[i];
    auto b = second_.b[i];
    levels[i] = of_.names_.is_initial_of(a, b) ? 2 : given(a, b) <= slip ? 3 : 4;
  }
}

void Comparer::middle_as_first(Levels& given_levels, Levels& middle_levels) const {
  const auto& names = of_.names_;
  auto is_one_of = [&](uint32_t middle, uint32_t given) {
    return middle && names.letters(middle) > 1 && names.shared_word(middle, given);
  };
  Chosen chosen;
  for (uint32_t i = 0; i < pairs_.size(); ++i)
    chosen.add(i, (given_levels[i] > initial) & ((second_.a[i] | second_.b[i]) != 0));
  for (auto i : chosen) {
    if (!is_one_of(second_.a[i], first_.b[i]) && !is_one_of(second_.b[i], first_.a[i])) continue;
    given_levels[i] = static_cast<uint8_t>(Given::middle);
    if (middle_levels[i] == 4) middle_levels[i] = 0;
  }
}

void Comparer::names(uint64_t* into) {
  Levels given_levels{};
  Levels middle_levels{};
  Levels family_levels{};
  Levels order{};
  bool has_first = name_places_.first != Records::none;
  if (has_first) given_names(given_levels);
  if (name_places_.last != Records::none) family_names(family_levels);
  if (has_first && name_places_.last != Records::none)
    swapped_names(given_levels, family_levels, order);
  if (name_places_.second != Records::none) {
    middle_names(middle_levels);
    if (has_first) middle_as_first(given_levels, middle_levels);
  }
  const Levels* levels[] = {&given_levels, &middle_levels, &family_levels, &order};
  std::fill_n(into, pairs_.size(), 0);
  for (std::size_t i = 0; i < 4; ++i)
    if (name_places_.shift[i] != nowhere) put(*levels[i], name_places_.shift[i], into);
}

}  // namespace homeroom::resolve
