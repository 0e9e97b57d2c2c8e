#include "hub/govern/fields.hpp"

#include <algorithm>

#include "homeroom/error.hpp"

namespace homeroom::govern {

namespace {

/// "name" stands at the beginning of "name" and "name.first", not of "names".
bool begins(std::string_view path, std::string_view with) {
  return path.starts_with(with) && (path.size() == with.size() || path[with.size()] == '.');
}

/// Words of people for what stands elsewhere in the model.
std::string_view spoken(std::string_view word) {
  if (word == "school") return "enrollment.school";
  if (word == "grade") return "enrollment.gradeLevel";
  return word;
}

}  // namespace

Fields::Fields(const record::Model& model) : model_(model) {
  for (const auto& entity : model.entities) {
    first_.push_back(static_cast<uint32_t>(classes_.size()));
    for (const auto& field : entity.fields) {
      const auto& word = field.data_class.empty() ? entity.data_class : field.data_class;
      auto known = std::ranges::find(class_words(), word);
      if (!word.empty() && known == class_words().end())
        throw Error(Next::fix_settings, "model: " + entity.name + "." + field.path + ": " + word +
                                            " is no class of data");
      classes_.push_back(word.empty() ? classless
                                      : static_cast<ClassId>(known - class_words().begin()));
      names_.push_back(entity.name == record::student_entity ? field.path
                                                             : entity.name + "." + field.path);
    }
  }
}

std::vector<uint32_t> Fields::of_entity(record::EntityId entity, std::string_view path) const {
  std::vector<uint32_t> found;
  const auto& fields = model_.entities[entity].fields;
  for (record::FieldId field = 0; field < fields.size(); ++field)
    if (path.empty() || begins(fields[field].path, path)) found.push_back(number(entity, field));
  return found;
}

std::vector<uint32_t> Fields::meant_by(std::string_view word) const {
  word = spoken(word);
  std::vector<uint32_t> found;
  auto add = [&](const std::vector<uint32_t>& more) {
    found.insert(found.end(), more.begin(), more.end());
  };
  for (record::EntityId id = 0; id < model_.entities.size(); ++id) {
    const auto& entity = model_.entities[id];
    if (!entity.is_of_student) continue;
    if (word == "everything" || word == entity.name || word == entity.property)
      add(of_entity(id, {}));
    if (entity.name == record::student_entity) add(of_entity(id, word));
    for (std::string_view name : {std::string_view(entity.name), std::string_view(entity.property)})
      if (!name.empty() && word.starts_with(name) && word.substr(name.size()).starts_with('.'))
        add(of_entity(id, word.substr(name.size() + 1)));
  }
  if (word == "attendance" && model_.find("attendanceSummary")) add(meant_by("attendanceSummary"));
  if (word == "enrollment.school") add(meant_by("enrollment.schoolName"));
  return found;
}

FieldSet Fields::meant_by(const std::vector<std::string>& words, const settings::Place& place,
                          std::string_view setting) const {
  FieldSet set(count());
  for (const auto& word : words) {
    auto found = meant_by(word);
    for (auto field : found) set[field] = true;
    if (!found.empty()) continue;
    auto candidates = names_;
    for (const auto& entity : model_.entities) {
      candidates.push_back(entity.name);
      if (!entity.property.empty()) candidates.push_back(entity.property);
    }
    candidates.insert(candidates.end(), {"school", "grade", "everything", "name"});
    auto near = settings::did_you_mean(word, candidates);
    throw Error(Next::fix_settings, place.file + ":" + std::to_string(place.line) + ": " +
                                        std::string(setting) + ": no field " + word +
                                        (near ? ", did you mean " + *near : std::string()));
  }
  return set;
}

}  // namespace homeroom::govern
