#include "hub/resolve/ceiling.hpp"

#include <algorithm>

namespace homeroom::resolve {

namespace {

/// Levels as comparison.hpp orders them, from the best.
constexpr uint32_t same = 1;
constexpr uint32_t another_birth_date = 7;
constexpr uint32_t another_sex = 2;
constexpr uint32_t last_house = 3;  ///< the same home, house, another unit
constexpr uint32_t swapped_names = 2;

bool is_full(Given given) {
  return given == Given::same || given == Given::part || given == Given::nickname;
}
bool is_full(Family family) {
  return family == Family::same || family == Family::parts || family == Family::part;
}

}  // namespace

uint32_t Ceiling::level(uint64_t pattern, Compared what) const {
  auto found = comparisons_.find(what);
  return found == Records::none ? 0 : comparisons_.all()[found].level(pattern);
}

bool Ceiling::has_level(uint64_t pattern, Compared what, uint32_t level) const {
  return std::ranges::any_of(comparisons_.all(), [&](const Comparison& one) {
    return one.what == what && one.level(pattern) == level;
  });
}

bool Ceiling::has_home(uint64_t pattern) const {
  auto address = level(pattern, Compared::address);
  return level(pattern, Compared::phone) == same || level(pattern, Compared::email) == same ||
         (address != 0 && address <= last_house);
}

/// A number speaks for one child unless name and birth date speak of another.
Most Ceiling::by_number(uint64_t pattern) const {
  bool is_another = static_cast<Given>(level(pattern, Compared::given_name)) == Given::differs &&
                    level(pattern, Compared::birth_date) != same;
  return is_another ? Most::review : Most::strong;
}

Most Ceiling::by_name(uint64_t pattern) const {
  auto given = static_cast<Given>(level(pattern, Compared::given_name));
  auto family = static_cast<Family>(level(pattern, Compared::family_name));
  auto birth = level(pattern, Compared::birth_date);
  if (birth == another_birth_date) return Most::review;
  if (family == Family::near_part && !has_home(pattern)) return Most::review;
  bool is_plain_sight = is_full(given) && is_full(family) && birth == same &&
                        level(pattern, Compared::name_order) != swapped_names &&
                        level(pattern, Compared::sex) != another_sex;
  return is_plain_sight ? Most::strong : Most::plain;
}

Most Ceiling::of(uint64_t pattern) const {
  bool has_other = std::ranges::any_of(comparisons_.all(), [&](const Comparison& one) {
    return one.what == Compared::identifier && one.level(pattern) > same;
  });
  if (has_other) return Most::review;
  return has_number(pattern) ? by_number(pattern) : by_name(pattern);
}

}  // namespace homeroom::resolve
