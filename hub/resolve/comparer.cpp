#include "hub/resolve/comparer.hpp"

#include <algorithm>
#include <bit>

#include "hub/resolve/spelling.hpp"

namespace homeroom::resolve {

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

uint64_t Comparer::pattern(const uint32_t* a, const uint32_t* b) {
  RowPair pair{a, b};
  uint64_t made = 0;
  patterns({&pair, 1}, &made);
  return made;
}

void Comparer::patterns(std::span<const RowPair> pairs, uint64_t* into) {
  for (std::size_t first = 0; first < pairs.size(); first += at_once) {
    pairs_ = pairs.subspan(first, std::min<std::size_t>(at_once, pairs.size() - first));
    compare(into + first);
  }
}

void Comparer::compare(uint64_t* into) {
  names(into);
  Levels levels;
  for (const auto& what : of_.all_) {
    auto feature = what.at[0];
    switch (what.what) {
      case Compared::given_name:
      case Compared::middle_name:
      case Compared::family_name:
      case Compared::name_order:
        continue;
      case Compared::birth_date:
        birth_dates(feature, levels);
        break;
      case Compared::sex:
        sexes(feature, levels);
        break;
      case Compared::phone:
      case Compared::identifier:
        numbers(feature, levels);
        break;
      case Compared::other:
        texts(feature, levels);
        break;
      case Compared::email:
        emails(feature, levels);
        break;
      case Compared::address:
        addresses(what, levels);
        break;
      case Compared::place:
        places(what, levels);
        break;
      case Compared::source:
        sources(feature, levels);
        break;
    }
    put(levels, what.shift, into);
  }
}

void Comparer::put(const Levels& levels, uint8_t shift, uint64_t* into) const {
  for (std::size_t i = 0; i < pairs_.size(); ++i) into[i] |= uint64_t{levels[i]} << shift;
}

template <class Value>
void Comparer::look(uint32_t feature, Values& values, Levels& levels, Value value) {
  const auto* pairs = pairs_.data();
  auto count = static_cast<uint32_t>(pairs_.size());
  auto* open = open_.pairs.data();
  uint32_t opens = 0;
  for (uint32_t i = 0; i < count; ++i) {
    auto a = value(pairs[i].a[feature]);
    auto b = value(pairs[i].b[feature]);
    values.a[i] = a;
    values.b[i] = b;
    bool is_known = (a != 0) & (b != 0);
    levels[i] = is_known & (a == b);
    open[opens] = static_cast<uint8_t>(i);
    opens += is_known & (a != b);
  }
  open_.count = opens;
}

void Comparer::look(uint32_t feature, Values& values, Levels& levels) {
  look(feature, values, levels, [](uint32_t id) { return id; });
}

void Comparer::birth_dates(uint32_t feature, Levels& levels) {
  const auto* births = of_.births_.data();
  look(feature, values_, levels, [&](uint32_t id) { return births[id]; });
  for (auto i : open_)
    levels[i] = static_cast<uint8_t>(birth_date_level(values_.a[i], values_.b[i]));
}

void Comparer::sexes(uint32_t feature, Levels& levels) {
  look(feature, values_, levels);
  for (auto i : open_) levels[i] = 2;
}

void Comparer::sources(uint32_t feature, Levels& levels) const {
  for (std::size_t i = 0; i < pairs_.size(); ++i)
    levels[i] = pairs_[i].a[feature] == pairs_[i].b[feature] ? 2 : 1;
}

void Comparer::numbers(uint32_t feature, Levels& levels) {
  constexpr uint32_t fewest = 5;  // a slip in fewer digits is another number
  look(feature, values_, levels);
  const auto* glances = of_.glances_[feature].data();
  for (auto i : open_) {
    auto a = glances[values_.a[i]];
    auto b = glances[values_.b[i]];
    bool is_slip = a.form() == b.form() && a.form() != Glance::Form::text
                       ? Glance::is_one_slip(a, b)
                       : edits(text(feature, values_.a[i]), text(feature, values_.b[i])) <= 1;
    levels[i] = is_slip && a.size() >= fewest ? 2 : 3;
  }
}

namespace {

bool are_apart(WordShape a, WordShape b, uint32_t edits) {
  auto longer = std::max(a.size, b.size);
  return (longer - std::min(a.size, b.size) > edits) |
         (std::popcount(a.letters ^ b.letters) > static_cast<int>(2 * edits));
}

/// What two texts that differ may still have of being near.
struct Nearness {
  static constexpr double alike = 0.92;  ///< Jaro-Winkler similarity

  Nearness(WordShape a, WordShape b) {
    auto longer = std::max(a.size, b.size);
    allowed = (longer >= 3) + (longer >= 8);
    may_be_slips = !are_apart(a, b, allowed);
    // Texts with such a similarity have nearly all letters in common.
    static constexpr MayBeAlike may_be_alike(static_cast<float>(alike));
    may_be_like = (longer >= 8) & !are_apart(a, b, 3 + longer / 6) & may_be_alike(a, b, 4);
  }
  bool may_be() const { return may_be_slips | may_be_like; }
  bool is_near(std::string_view a, std::string_view b) const {
    return (may_be_slips && edits(a, b) <= allowed) || (may_be_like && jaro_winkler(a, b) >= alike);
  }

  uint32_t allowed = 0;
  bool may_be_slips = false;
  bool may_be_like = false;
};

WordShape shape_of(std::string_view text) {
  return {letter_set(text), static_cast<uint32_t>(text.size())};
}

}  // namespace

void Comparer::texts(uint32_t feature, Levels& levels) {
  look(feature, values_, levels);
  const auto* glances = of_.glances_[feature].data();
  unsure_.clear();
  for (auto i : open_) {
    auto a = glances[values_.a[i]];
    auto b = glances[values_.b[i]];
    constexpr auto word = Glance::Form::word;
    constexpr auto text = Glance::Form::text;
    levels[i] = 3;
    if (a.form() == word && b.form() == word)
      levels[i] -= (std::max(a.size(), b.size()) >= 3) & Glance::is_one_slip(a, b);
    else
      unsure_.add(i,
                  a.form() != text || b.form() != text || Nearness(a.shape(), b.shape()).may_be());
  }
  for (auto i : unsure_)
    levels[i] = static_cast<uint8_t>(
        texts_[feature].level(values_.a[i], values_.b[i], [&](uint32_t one, uint32_t other) {
          auto a = text(feature, one);
          auto b = text(feature, other);
          return Nearness(shape_of(a), shape_of(b)).is_near(a, b) ? 2U : 3U;
        }));
}

void Comparer::emails(uint32_t feature, Levels& levels) {
  look(feature, values_, levels);
  auto level = [&](uint32_t one, uint32_t other) {
    auto a = text(feature, one);
    auto b = text(feature, other);
    auto at_a = a.find('@');
    auto at_b = b.find('@');
    if (a.substr(0, at_a) == b.substr(0, at_b)) return 2U;
    auto shorter = std::min(a.size(), b.size());
    auto distance = edits(a, b);
    if (distance <= 2 || (distance <= 4 && shorter >= 16)) return 3U;
    return a.substr(at_a) == b.substr(at_b) ? 4U : 5U;
  };
  for (auto i : open_)
    levels[i] = static_cast<uint8_t>(texts_[feature].level(values_.a[i], values_.b[i], level));
}

void Comparer::addresses(const Comparison& what, Levels& levels) {
  constexpr uint8_t by_unit = 0;
  // By number and street: not known, the same, near, another.
  constexpr uint8_t of_both[4][4] = {{0, 5, 6, 7}, {6, by_unit, 4, 6}, {7, 4, 7, 7}, {7, 5, 7, 7}};
  Levels numbers{};
  Levels streets{};
  if (what.at[0] != Records::none) texts(what.at[0], numbers);
  if (what.at[1] != Records::none) texts(what.at[1], streets);
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    levels[i] = of_both[numbers[i]][streets[i]];
    if (numbers[i] != 1 || streets[i] != 1) continue;
    auto a = what.at[2] == Records::none ? 0 : pairs_[i].a[what.at[2]];
    auto b = what.at[2] == Records::none ? 0 : pairs_[i].b[what.at[2]];
    levels[i] = a == b ? 1 : a == 0 || b == 0 ? 2 : 3;
  }
}

void Comparer::places(const Comparison& what, Levels& levels) {
  // By city and postal code: not known, the same, near, another.
  constexpr uint8_t of_both[4][4] = {{0, 2, 4, 5}, {2, 1, 2, 3}, {4, 2, 4, 4}, {5, 3, 4, 5}};
  Levels cities{};
  Levels codes{};
  if (what.at[0] != Records::none) texts(what.at[0], cities);
  if (what.at[1] != Records::none) texts(what.at[1], codes);
  for (std::size_t i = 0; i < pairs_.size(); ++i) levels[i] = of_both[cities[i]][codes[i]];
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
  auto apart = a ^ b;
  auto wrong = (apart | apart >> 1 | apart >> 2 | apart >> 3) & 0x11111111;  // a bit for each digit
  auto count = std::popcount(wrong);
  auto last = std::countr_zero(wrong);
  auto next = (last + 4) & 31;
  bool is_swap = (count == 2) & ((wrong >> last) == 0x11) & ((a >> last & 15) == (b >> next & 15)) &
                 ((a >> next & 15) == (b >> last & 15));
  auto parts = (year_a == year_b) + (month_a == month_b) + (day_a == day_b);
  auto year = [](uint32_t digits) {
    return (digits >> 12) * 1000 + (digits >> 8 & 15) * 100 + (digits >> 4 & 15) * 10 +
           (digits & 15);
  };
  bool is_default = ((a & 0xffff) == 0x0101) != ((b & 0xffff) == 0x0101);
  // The first that holds, told without a branch: nobody can foresee which.
  uint32_t holds = (year_a == year_b) & (month_a == day_b) & (month_b == day_a);
  holds |= static_cast<uint32_t>(is_default & (year_a == year_b)) << 1;
  holds |= static_cast<uint32_t>((count == 1) | is_swap) << 2;
  holds |= static_cast<uint32_t>(parts == 2) << 3;
  holds |= static_cast<uint32_t>((year_a == year_b) | (count <= 2) |
                                 (parts == 1 && year(year_a) - year(year_b) + 1 <= 2))
           << 4;  // unsigned: years that are one apart at most
  holds |= 1U << 5;
  constexpr uint8_t levels[] = {2, 4, 3, 5, 6, 7};
  return levels[std::countr_zero(holds)];
}

}  // namespace homeroom::resolve
