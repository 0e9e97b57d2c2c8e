// Canonical rows and profiles read from NDJSON, field by field as the pack asks for them.
#include <charconv>
#include <cstdio>
#include <fstream>

#include <simdjson.h>

#include "homeroom/error.hpp"
#include "hub/record/date.hpp"
#include "hub/validate/given_parts.hpp"
#include "hub/validate/given_rows.hpp"
#include "hub/validate/pack.hpp"

namespace homeroom::validate {

namespace {

using record::Type;
using simdjson::dom::element;
using simdjson::dom::object;

/// A name that is asked for stands twice in one object, of which readers take this one or that.
class NameTwice : public Error {
 public:
  explicit NameTwice(std::string_view name)
      : Error(Next::not_readable, std::string(name) + " stands twice in one object") {}
};

/// The member of this name; false where there is none.
bool member(object in, std::string_view name, element& value) {
  bool is_there = false;
  for (auto [key, of_key] : in) {
    if (key != name) continue;
    if (is_there) throw NameTwice(name);
    is_there = true;
    value = of_key;
  }
  return is_there;
}

/// The value below `a.b.c`.
bool find(object in, std::string_view path, element& value) {
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    if (!member(in, path.substr(0, dot), value) || value.get(in)) return false;
    path.remove_prefix(dot + 1);
  }
  return member(in, path, value) && !value.is_null();
}

std::string text_of(element value) {
  if (value.is_string()) return std::string(std::string_view(value));
  return simdjson::minify(value);
}

std::optional<record::Decimal> decimal_of(const std::string& text) {
  std::string digits = text;
  int32_t scale = 0;
  if (auto dot = digits.find('.'); dot != std::string::npos) {
    scale = static_cast<int32_t>(digits.size() - dot - 1);
    digits.erase(dot, 1);
  }
  int64_t units = 0;
  auto end = std::from_chars(digits.data(), digits.data() + digits.size(), units);
  if (end.ec != std::errc() || end.ptr != digits.data() + digits.size()) return std::nullopt;
  return record::Decimal{units, scale};
}

std::optional<record::DatePart> date_part_of(const std::string& text) {
  auto days = record::parse_iso_date(text + (text.size() == 4   ? "-01-01"
                                             : text.size() == 7 ? "-01"
                                                                : ""));
  if (!days) return std::nullopt;
  return record::DatePart{*days, text.size() == 4   ? record::Precision::year
                                 : text.size() == 7 ? record::Precision::month
                                                    : record::Precision::day};
}

/// YYYY-MM-DDThh:mm:ss, then Z or an offset.
std::optional<record::Timestamp> timestamp_of(const std::string& text) {
  auto days = record::parse_iso_date(std::string_view(text).substr(0, 10));
  int hour = 0, minute = 0, second = 0, used = 0, east = 0, minutes = 0;
  char sign = 'Z';
  if (!days || std::sscanf(text.c_str() + 10, "T%2d:%2d:%2d%n", &hour, &minute, &second, &used) < 3)
    return std::nullopt;
  int zone = std::sscanf(text.c_str() + 10 + used, "%c%2d:%2d", &sign, &east, &minutes);
  if (sign != '+' && sign != '-') zone = 0;
  auto offset =
      static_cast<int16_t>(zone == 3 ? (sign == '-' ? -1 : 1) * (east * 60 + minutes) : 0);
  auto seconds = int64_t{*days} * 86'400 + hour * 3'600 + minute * 60 + second - offset * 60;
  return record::Timestamp{seconds * 1'000'000, offset, zone == 3};
}

/// Adds the value; false where it cannot be read as the column's type.
bool add_value(KeptColumn& column, element value, record::Arena& arena) {
  auto add = [&](const auto& read) {
    if (read) column.add_value(*read);
    return read.has_value();
  };
  switch (column.type()) {
    case Type::text:
      column.add_text(text_of(value), arena);
      return true;
    case Type::json:
      column.add_text(simdjson::minify(value), arena);
      return true;
    case Type::boolean: {
      bool is = false;
      return !value.get(is) && add(std::optional<uint8_t>(is));
    }
    case Type::integer: {
      int64_t number = 0;
      return !value.get(number) && add(std::optional(number));
    }
    case Type::real: {
      double number = 0;
      return !value.get(number) && add(std::optional(number));
    }
    case Type::decimal:
      return add(decimal_of(text_of(value)));
    case Type::date:
      return add(record::parse_iso_date(text_of(value)));
    case Type::date_part:
      return add(date_part_of(text_of(value)));
    case Type::timestamp:
      return add(timestamp_of(text_of(value)));
    case Type::list:
      break;
  }
  simdjson::dom::array array;
  if (value.get(array)) return false;
  std::vector<std::string> texts;
  for (auto item : array) texts.push_back(text_of(item));
  column.add_items({texts.begin(), texts.end()}, arena);
  return true;
}

void add_row(GivenRows& given, const Pack::Plan& plan, record::EntityId entity, object row,
             uint32_t student, std::string_view key, RowPlace place) {
  auto& kept = given.entities[entity];
  const auto& fields = plan.model.entities[entity].fields;
  kept.students.push_back(student);
  kept.keys.push_back(given.arena.keep(key));
  kept.places.push_back(place);
  for (std::size_t f = 0; f < fields.size(); ++f) {
    if (!kept.fields[f]) continue;
    element value;
    if (find(row, fields[f].path, value)) {
      if (add_value(*kept.fields[f], value, given.arena)) continue;
      given.unreadable.push_back({entity, static_cast<record::FieldId>(f), student, place});
    }
    kept.fields[f]->add_null();
  }
}

/// Calls `take` with each object of the file and its line. A line that is no object, or says one
/// thing twice, refuses the file.
template <class Take>
void each_object(const std::filesystem::path& file, Take take) {
  std::ifstream in(file);
  if (!in) throw Error(Next::fix_settings, file.string() + ": cannot be opened");
  constexpr std::size_t usual_line = 64 << 10, deepest = 128;
  simdjson::dom::parser parser;
  if (parser.allocate(usual_line, deepest) != simdjson::SUCCESS) throw std::bad_alloc();
  uint32_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    object document;
    if (parser.parse(line).get(document))
      throw Error(Next::not_readable,
                  file.string() + ":" + std::to_string(number) + ": not a JSON object");
    try {
      take(document, number);
    } catch (const NameTwice& twice) {
      throw Error(Next::not_readable,
                  file.string() + ":" + std::to_string(number) + ": " + twice.what());
    }
  }
  if (in.bad()) throw Error(Next::not_readable, file.string() + ": cannot be read to its end");
}

std::string text_at(object in, std::string_view name) {
  element value;
  return member(in, name, value) && !value.is_null() ? text_of(value) : "";
}

/// `numbers_rows`: the line of a place is the row's number among those of its entity, from 1.
void add_profile(GivenRows& given, const Pack::Plan& plan, object profile, RowPlace place,
                 bool numbers_rows) {
  auto id = text_at(profile, "id");
  auto student = given.student(id);
  for (std::size_t e = 0; e < plan.model.entities.size(); ++e) {
    const auto& of = plan.model.entities[e];
    auto entity = static_cast<record::EntityId>(e);
    if (!of.is_of_student) continue;
    given.entities[e].is_given = true;
    if (of.name == record::student_entity) {
      add_row(given, plan, entity, profile, student, id, place);
      continue;
    }
    element value;
    simdjson::dom::array rows;
    auto at = place;
    if (!member(profile, of.property, value) || value.get(rows)) continue;
    for (auto item : rows)
      if (object row; !item.get(row)) {
        add_row(given, plan, entity, row, student, {}, at);
        at.line += numbers_rows;
      }
  }
}

}  // namespace

void Given::read_rows(record::EntityId entity, const std::string& source,
                      const std::filesystem::path& file) {
  expect(entity);
  const auto& plan = pack_.plan();
  const auto& of = plan.model.entities[entity];
  auto origin = this->origin(source, of.name, file.string());
  each_object(file, [&](object row, uint32_t line) {
    auto key = text_at(row, "key");
    auto student = of.name == record::student_entity ? key
                   : of.is_of_student                ? text_at(row, "student")
                                                     : "";
    add_row(*kept_, plan, entity, row, student.empty() ? none : kept_->student(student), key,
            {origin, line});
    count_row();
  });
}

void Given::read_profiles(const std::string& source, const std::filesystem::path& file) {
  auto origin = this->origin(source, "profile", file.string());
  each_object(file, [&](object profile, uint32_t line) {
    add_profile(*kept_, pack_.plan(), profile, {origin, line}, false);
    count_row();
  });
}

namespace {

void read_profile(GivenRows& given, const Pack::Plan& plan, std::string_view json, RowPlace place) {
  simdjson::dom::parser parser;
  object profile;
  if (parser.parse(json.data(), json.size()).get(profile))
    throw Error(Next::not_readable, "a profile is no JSON object");
  add_profile(given, plan, profile, place, true);
}

}  // namespace

void Given::read_profile(std::string_view json, uint32_t origin) {
  validate::read_profile(*kept_, pack_.plan(), json, {origin, 1});
}

void Given::expect_profiles_before() {
  if (!before_) before_ = std::make_unique<GivenRows>(pack_.plan());
}

void Given::read_profile_before(std::string_view json) {
  expect_profiles_before();
  validate::read_profile(*before_, pack_.plan(), json, {});
}

}  // namespace homeroom::validate
