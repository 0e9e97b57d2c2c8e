#include "hub/resolve/comparison.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "homeroom/error.hpp"

namespace homeroom::resolve {

const std::vector<std::string_view>& level_names(Compared what) {
  using Names = std::vector<std::string_view>;
  static const Names given = {"not known",   "the same", "one of several names", "nickname",
                              "one slip",    "initial",  "middle name as first", "alike",
                              "another name"};
  static const Names middle = {"not known", "the same", "initial", "one slip", "another name"};
  static const Names family = {"not known",
                               "the same",
                               "the same names in another order",
                               "one of two names",
                               "one slip",
                               "one of two names, the other differs",
                               "alike",
                               "another name"};
  static const Names order = {"not known", "in place", "swapped"};
  static const Names birth = {"not known", "the same",         "day and month swapped",
                              "one digit", "first of January", "two of year, month, day",
                              "near",      "another date"};
  static const Names sex = {"not known", "the same", "another"};
  static const Names number = {"not known", "the same", "one digit", "another"};
  static const Names email = {
      "not known", "the same", "the same before the @", "a slip or two", "the same behind the @",
      "another"};
  static const Names address = {"not known", "the same home",   "the same house",  "another unit",
                                "a slip",    "the same street", "the same number", "another"};
  static const Names place = {"not known", "the same", "nearly the same", "one of city and code",
                              "near",      "another"};
  static const Names text = {"not known", "the same", "near", "another"};
  static const Names source = {"not known", "another source", "the same source"};
  switch (what) {
    case Compared::given_name:
      return given;
    case Compared::middle_name:
      return middle;
    case Compared::family_name:
      return family;
    case Compared::name_order:
      return order;
    case Compared::birth_date:
      return birth;
    case Compared::sex:
      return sex;
    case Compared::phone:
    case Compared::identifier:
      return number;
    case Compared::email:
      return email;
    case Compared::address:
      return address;
    case Compared::place:
      return place;
    case Compared::other:
      return text;
    case Compared::source:
      return source;
  }
  return text;
}

namespace {

Dictionary& names_of(const Records& records) {
  static Dictionary none;
  for (auto role : {Role::given_name, Role::family_name, Role::middle_name})
    if (auto at = records.find(role); at != Records::none) return *records.features[at].values;
  return none;
}

}  // namespace

Comparisons::Comparisons(const Records& records, const Nicknames& nicknames)
    : records_(records), names_(names_of(records), nicknames) {
  auto one = [&](Role role, Compared what) {
    if (auto at = records.find(role); at != Records::none)
      add(what, in_words(role), {at, Records::none, Records::none});
  };
  auto first = records.find(Role::given_name);
  auto last = records.find(Role::family_name);
  one(Role::given_name, Compared::given_name);
  one(Role::middle_name, Compared::middle_name);
  one(Role::family_name, Compared::family_name);
  if (first != Records::none && last != Records::none)
    add(Compared::name_order, "order of names", {first, last, Records::none});
  one(Role::birth_date, Compared::birth_date);
  one(Role::sex, Compared::sex);
  one(Role::phone, Compared::phone);
  one(Role::email, Compared::email);
  auto street = records.find(Role::street);
  auto number = records.find(Role::house_number);
  if (street != Records::none || number != Records::none)
    add(Compared::address, "address", {number, street, records.find(Role::unit)});
  auto city = records.find(Role::city);
  auto postal = records.find(Role::postal);
  if (city != Records::none || postal != Records::none)
    add(Compared::place, "place", {city, postal, Records::none});
  for (uint32_t at = 0; at < records.features.size(); ++at) {
    const auto& feature = records.features[at];
    if (feature.role == Role::identifier)
      add(Compared::identifier, feature.name, {at, Records::none, Records::none});
    if (feature.role == Role::other)
      add(Compared::other, feature.name, {at, Records::none, Records::none});
  }
  if (records.sources.size() > 2)
    add(Compared::source, "source", {records.width - 1, Records::none, Records::none});
  glances_.resize(records.features.size());
  extend();
}

namespace {

bool is_compared_as_text(Role role) {
  return role != Role::given_name && role != Role::middle_name && role != Role::family_name &&
         role != Role::birth_date && role != Role::sex;
}

}  // namespace

void Comparisons::extend() {
  names_.extend();
  for (std::size_t f = 0; f < records_.features.size(); ++f) {
    const auto& feature = records_.features[f];
    const auto& values = *feature.values;
    if (is_compared_as_text(feature.role)) {
      auto& glances = glances_[f];
      for (auto id = static_cast<uint32_t>(glances.size()); id < values.size(); ++id)
        glances.emplace_back(values.text(id));
    }
    if (feature.role == Role::birth_date)
      for (auto id = static_cast<uint32_t>(births_.size()); id < values.size(); ++id) {
        auto text = values.text(id);
        std::from_chars(text.data(), text.data() + text.size(), births_.emplace_back(), 16);
      }
  }
}

void Comparisons::add(Compared what, const std::string& name, std::array<uint32_t, 3> at) {
  Comparison made{what, name, at, 0, 0};
  if (!all_.empty()) made.shift = static_cast<uint8_t>(all_.back().shift + all_.back().bits);
  made.bits = static_cast<uint8_t>(std::bit_width(made.levels() - 1));
  if (made.shift + made.bits > 60)
    throw Error(Next::fail, "more is compared than the number of a pair holds");
  all_.push_back(std::move(made));
}

uint32_t Comparisons::find(Compared what) const {
  auto found = std::ranges::find(all_, what, &Comparison::what);
  return found == all_.end() ? Records::none : static_cast<uint32_t>(found - all_.begin());
}

}  // namespace homeroom::resolve
