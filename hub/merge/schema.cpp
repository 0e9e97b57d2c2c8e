#include <nlohmann/json.hpp>

#include "hub/merge/merge.hpp"

namespace homeroom::merge {

namespace {

using Json = nlohmann::ordered_json;

Json text_of(const record::Model& model, const record::Field& field) {
  Json schema{{"type", "string"}};
  if (const auto* options = model.option_set(field.options)) schema["enum"] = options->codes;
  if (field.longest != 0) schema["maxLength"] = field.longest;
  return schema;
}

Json list_of(const record::Model& model, const record::Field& field) {
  return {{"type", "array"}, {"items", text_of(model, field)}};
}

Json matching(const char* pattern) {
  return {{"type", "string"}, {"pattern", pattern}};
}

Json value_of(const record::Model& model, const record::Field& field) {
  switch (field.type) {
    case record::Type::text:
      return text_of(model, field);
    case record::Type::list:
      return list_of(model, field);
    case record::Type::boolean:
      return {{"type", "boolean"}};
    case record::Type::integer:
      return {{"type", "integer"}};
    case record::Type::decimal:
    case record::Type::real:
      return {{"type", "number"}};
    case record::Type::date:
      return matching("^\\d{4}-\\d{2}-\\d{2}$");
    case record::Type::date_part:
      return matching("^\\d{4}(-\\d{2}(-\\d{2})?)?$");
    case record::Type::timestamp:
      return matching(
          "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{6})?(Z|[+-]\\d{2}:\\d{2})?$");
    case record::Type::json:
      break;
  }
  return Json::object();
}

Json object() {
  return {{"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
}

/// The object in which the last segment of a dotted path stands; made where it is missing.
Json& object_around(Json& root, std::string_view path) {
  auto* at = &root;
  for (auto dot = path.find('.'); dot != path.npos; dot = path.find('.')) {
    auto& properties = (*at)["properties"];
    std::string segment(path.substr(0, dot));
    if (!properties.contains(segment)) properties[segment] = object();
    at = &properties[segment];
    path.remove_prefix(dot + 1);
  }
  return *at;
}

void add_fields(Json& root, const record::Model& model, const record::Entity& entity) {
  for (const auto& field : entity.fields) {
    auto schema = value_of(model, field);
    if (!field.says.empty()) schema["description"] = field.says;
    const auto& data_class = field.data_class.empty() ? entity.data_class : field.data_class;
    if (!data_class.empty()) schema["x-class"] = data_class;
    if (!field.ceds.empty()) schema["x-ceds"] = field.ceds;
    object_around(root, field.path)["properties"][field.path.substr(field.path.rfind('.') + 1)] =
        std::move(schema);
  }
}

}  // namespace

std::string profile_schema(const record::Model& model) {
  Json root{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
            {"$id", "urn:homeroom:schema:profile:1"},
            {"title", "Homeroom student profile"},
            {"description",
             "What the sources together say of one student. Nothing said: the field is left out. A "
             "share is a profile with fewer fields; a masked value there may be shorter."}};
  root.update(object());
  root["required"] = {"id"};
  root["properties"]["id"] = {{"type", "string"},
                              {"description", "Homeroom's own id of the child; it never changes."},
                              {"x-class", "identity"}};
  for (const auto& entity : model.entities) {
    if (entity.name == record::student_entity) add_fields(root, model, entity);
    if (entity.name == record::student_entity || !entity.is_of_student) continue;
    auto row = object();
    add_fields(row, model, entity);
    root["properties"][entity.property] = {{"type", "array"}, {"items", std::move(row)}};
  }
  return root.dump(2) + "\n";
}

}  // namespace homeroom::merge
