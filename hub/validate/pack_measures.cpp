#include "hub/validate/pack_measures.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include "hub/record/date.hpp"

namespace homeroom::validate {

namespace {

using record::Type;
using settings::Node;
using Kind = Measure::Kind;

constexpr std::array<std::pair<const char*, Kind>, 9> kinds = {{{"count", Kind::count},
                                                                {"distinct", Kind::distinct},
                                                                {"sum", Kind::sum},
                                                                {"min", Kind::min},
                                                                {"max", Kind::max},
                                                                {"first", Kind::first},
                                                                {"last", Kind::last},
                                                                {"any", Kind::any},
                                                                {"all", Kind::all}}};

Kind kind_of(const Node& node, const std::string& word) {
  std::vector<std::string> names;
  for (const auto& [name, kind] : kinds) {
    if (word == name) return kind;
    names.emplace_back(name);
  }
  node.refuse("no measure " + word + meant(word, names));
}

void check_form(const Node& node, const Measure& measure, const std::string& word) {
  bool is_counted =
      measure.kind == Kind::count || measure.kind == Kind::any || measure.kind == Kind::all;
  if (is_counted && measure.field) node.refuse(word + " takes an entity, not a field");
  if (!is_counted && !measure.field) node.refuse(word + " takes ENTITY.FIELD");
  if ((measure.kind == Kind::any || measure.kind == Kind::all) && !measure.where)
    node.refuse(word + " needs a condition: where ...");
  bool is_ordered = measure.kind == Kind::first || measure.kind == Kind::last;
  if (is_ordered != measure.by.has_value())
    node.refuse(is_ordered ? word + " needs an order: by FIELD"
                           : "only first and last take an order");
}

Type type_of(const Node& node, const Measure& measure, const record::Model& model) {
  auto of_field =
      measure.field ? model.entities[measure.entity].fields[*measure.field].type : Type::integer;
  switch (measure.kind) {
    case Kind::count:
    case Kind::distinct:
      return Type::integer;
    case Kind::any:
    case Kind::all:
      return Type::boolean;
    case Kind::sum:
      if (of_field != Type::integer && of_field != Type::decimal)
        node.refuse("only numbers have a sum");
      return of_field;
    default:
      break;
  }
  if (of_field == Type::list || of_field == Type::json) node.refuse("lists have no order");
  return of_field;
}

}  // namespace

Measure read_measure(Pack::Plan& plan, PackScope& scope, const std::string& name, const Node& node,
                     const std::string& text) {
  Measure measure;
  measure.name = name;
  if (name.find('.') != std::string::npos) node.refuse("a measure's name has no dot");
  auto where = text.find(" where ");
  std::istringstream head(text.substr(0, where));
  std::string word, target, by, field, more;
  head >> word >> target >> by >> field >> more;
  measure.kind = kind_of(node, word);
  if (target.empty() || (!by.empty() && by != "by") || (by == "by" && field.empty()) ||
      !more.empty())
    node.refuse("expected KIND ENTITY[.FIELD] [by FIELD] [where CONDITION]");
  auto dot = target.find('.');
  measure.entity = scope.entity(node, target.substr(0, dot));
  if (dot != std::string::npos)
    measure.field = scope.field(node, measure.entity, target.substr(dot + 1));
  if (!field.empty()) measure.by = scope.field(node, measure.entity, field);
  if (where != std::string::npos) {
    auto columns = scope.of_rows(measure.entity);
    auto at = where + 7;
    std::set<record::EntityId> needs;
    auto added = text.size() - node.text().size();  // a word put before what stands in the file
    measure.where = scope.condition(node, text.substr(at), at - added, scope.program(*columns),
                                    columns, measure.entity, {}, needs, nullptr);
  }
  check_form(node, measure, word);
  measure.type = type_of(node, measure, plan.model);
  return measure;
}

Duration read_duration(const Node& node) {
  std::istringstream in(node.text());
  int32_t number = -1;
  std::string unit, more;
  in >> number >> unit >> more;
  if (unit.ends_with('s')) unit.pop_back();
  if (number < 0 || number > 10'000 || !more.empty()) unit.clear();
  if (unit == "day") return {number, 0};
  if (unit == "week") return {number * 7, 0};
  if (unit == "month") return {0, number};
  if (unit == "year") return {0, number * 12};
  node.refuse("expected a time as in 28 days, 16 weeks, 3 months or 1 year");
}

int32_t later(int32_t day, const Duration& by) {
  if (by.months == 0) return day + by.days;
  auto date = record::civil(day);
  auto months = date.year * 12 + static_cast<int32_t>(date.month) - 1 + by.months;
  auto same_day = record::days_of(months / 12, static_cast<uint32_t>(months % 12) + 1, date.day);
  // A day that the month does not have is reached on the first of the next, as a birthday of 29
  // February.
  auto next = months + 1;
  if (!same_day) same_day = record::days_of(next / 12, static_cast<uint32_t>(next % 12) + 1, 1);
  return *same_day + by.days;
}

void read_series(const Node& node, Pack::Plan& plan, PackScope& scope) {
  for (const auto& [name, value] : node.entries()) {
    value.only({"of", "date", "where", "doses"});
    Series series;
    series.name = name.text();
    series.entity = scope.entity(value.require("of"), value.require("of").text());
    series.date = scope.field(value.require("date"), series.entity, value.require("date").text());
    if (plan.model.entities[series.entity].fields[series.date].type != Type::date)
      value.require("date").refuse("a date is needed here");
    if (auto where = value.find("where")) {
      auto columns = scope.of_rows(series.entity);
      std::set<record::EntityId> needs;
      series.where =
          scope.condition(where, scope.program(*columns), columns, series.entity, {}, needs);
    }
    auto duration = [](const Node& dose, const char* key) {
      auto at = dose.find(key);
      return at ? std::optional(read_duration(at)) : std::nullopt;
    };
    for (const auto& dose : value.require("doses").items()) {
      dose.only({"age", "after", "after_first"});
      series.doses.push_back(
          {duration(dose, "age"), duration(dose, "after"), duration(dose, "after_first")});
    }
    if (series.doses.empty())
      value.require("doses").refuse("say what a dose needs, if only {age: 0 days}");
    if (auto born = plan.model.entities[*plan.student].find("birthDate"))
      scope.use(*plan.student, *born);
    plan.series.push_back(std::move(series));
  }
}

}  // namespace homeroom::validate
