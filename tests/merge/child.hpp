// A small model and an invented child, so that a case is a few lines.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hub/merge/merge.hpp"
#include "hub/record/doubt.hpp"
#include "hub/record/profile.hpp"

namespace homeroom::merge::testing {

inline record::Field field(std::string path, record::Type type = record::Type::text,
                           std::string options = {}) {
  record::Field made;
  made.path = std::move(path);
  made.type = type;
  made.options = std::move(options);
  return made;
}

/// student, enrollment (one fact a school and entry date), immunization (a date and a vaccine),
/// note.
inline record::Model model() {
  record::Model model;
  model.options = {{"sex", {"F", "M", "X"}}, {"meals", {"free", "full", "reduced", "unknown"}}};
  model.entities = {
      {"student",
       "",
       true,
       {},
       {field("name.first"), field("name.last"), field("birthDate", record::Type::date),
        field("sex", record::Type::text, "sex"), field("races", record::Type::list),
        field("meals.eligibility", record::Type::text, "meals"),
        field("section504", record::Type::boolean), field("addresses.home.line"),
        field("addresses.home.city"), field("phones.home"),
        field("protectedAddress", record::Type::boolean)},
       "directory"},
      {"enrollment",
       "enrollments",
       true,
       {"school", "entryDate"},
       {field("school"), field("entryDate", record::Type::date), field("gradeLevel"),
        field("exitDate", record::Type::date)},
       "directory"},
      {"immunization",
       "immunizations",
       true,
       {"vaccine", "date"},
       {field("vaccine"), field("date", record::Type::date), field("lot")},
       "health"},
      {"note", "notes", true, {}, {field("text")}, "support-services"},
  };
  model.entities[0].fields.back().data_class = "safety";
  return model;
}

/// Values as JSON: {"name.first", "\"Ona\""}; a word without quotes or brackets is a text.
using Values = std::vector<std::pair<std::string, std::string>>;

inline std::string row(const record::Model& model, const std::string& entity_name,
                       const std::string& key, const Values& values) {
  auto entity = *model.find(entity_name);
  std::string out;
  record::RowWriter writer(out);
  writer.begin(entity, key);
  for (record::FieldId id = 0; id < model.entities[entity].fields.size(); ++id)
    for (const auto& [path, value] : values)
      if (path == model.entities[entity].fields[id].path)
        writer.field(id, value == "true" || value == "false" || value == "null" || value[0] == '['
                             ? value
                             : '"' + value + '"');
  writer.end();
  return out;
}

/// What a source's run finds doubtful of a row: fields, each with the rule.
inline std::string doubts(const record::Model& model, const std::string& entity_name,
                          const std::string& key, const Values& rules) {
  auto entity = *model.find(entity_name);
  std::string about;
  record::key_of_doubt(entity, key, about);
  std::string out;
  record::RowWriter writer(out);
  writer.begin(record::doubt_entity, about);
  for (record::FieldId id = 0; id < model.entities[entity].fields.size(); ++id)
    for (const auto& [path, rule] : rules)
      if (path == model.entities[entity].fields[id].path) writer.field(id, '"' + rule + '"');
  writer.end();
  return out;
}

}  // namespace homeroom::merge::testing
