#include "hub/settings/model.hpp"

#include <algorithm>
#include <array>

#include "hub/settings/node.hpp"

namespace homeroom::settings {

namespace {

// The one vocabulary of data classes: the policy packs, agreements and reports use the same words.
constexpr std::array<std::string_view, 23> classes = {"directory",
                                                      "identity",
                                                      "identity-strong",
                                                      "academic",
                                                      "attendance",
                                                      "behavior",
                                                      "special-education",
                                                      "english-learner",
                                                      "demographic",
                                                      "special",
                                                      "economic",
                                                      "housing",
                                                      "child-welfare",
                                                      "justice",
                                                      "health",
                                                      "health-hipaa",
                                                      "health-special",
                                                      "part2",
                                                      "safety",
                                                      "service",
                                                      "support-services",
                                                      "restricted-note",
                                                      "staff"};

record::Type type_of(const Node& node) {
  const auto& word = node.text();
  using record::Type;
  if (word == "text" || word == "code") return Type::text;
  if (word == "codes" || word == "texts") return Type::list;
  if (word == "boolean") return Type::boolean;
  if (word == "integer") return Type::integer;
  if (word == "decimal") return Type::decimal;
  if (word == "date") return Type::date;
  if (word == "date_part") return Type::date_part;
  if (word == "timestamp") return Type::timestamp;
  node.refuse("unknown type " + word);
}

std::string class_of(const Node& node) {
  if (!node) return "";
  const auto& word = node.text();
  if (std::ranges::find(classes, word) == classes.end() && word != "early-childhood") {
    auto near = did_you_mean(word, {classes.begin(), classes.end()});
    node.refuse("unknown class " + word + (near ? ", did you mean " + *near + "?" : ""));
  }
  return word;
}

record::Field read_field(const Node& key, const Node& node, const record::Model& model,
                         const record::Entity& entity) {
  node.only({"type", "options", "required", "class", "ceds", "refers", "longest", "says"});
  record::Field field;
  field.path = key.text();
  field.type = type_of(node.require("type"));
  if (auto options = node.find("options")) {
    field.options = options.text();
    if (!model.option_set(field.options)) options.refuse("no option set " + field.options);
  }
  if (auto required = node.find("required")) field.is_required = required.boolean();
  field.data_class = class_of(node.find("class"));
  if (field.data_class.empty()) field.data_class = entity.data_class;
  if (auto ceds = node.find("ceds")) field.ceds = ceds.text();
  if (auto refers = node.find("refers")) field.refers_to = refers.text();
  if (auto longest = node.find("longest")) field.longest = static_cast<uint32_t>(longest.integer());
  if (auto says = node.find("says")) field.says = says.text();
  return field;
}

void read_options(const Node& node, record::Model& model) {
  for (const auto& [key, codes] : node.entries()) {
    auto found = std::ranges::find(model.options, key.text(), &record::OptionSet::name);
    if (found == model.options.end())
      found = model.options.insert(model.options.end(), record::OptionSet{key.text(), {}});
    for (const auto& code : codes.items()) found->codes.push_back(code.text());
    std::ranges::sort(found->codes);
    if (std::ranges::adjacent_find(found->codes) != found->codes.end())
      codes.refuse("a code stands here twice");
  }
}

void describe(const Node& node, record::Entity& entity, const record::Model& model) {
  auto of = node.require("of");
  if (of.text() != "student" && of.text() != "reference")
    of.refuse("expected student or reference");
  entity.is_of_student = of.text() == "student";
  if (auto property = node.find("property")) {
    auto is_taken = [&](const record::Entity& other) { return other.property == property.text(); };
    if (std::ranges::any_of(model.entities, is_taken))
      property.refuse("another entity has the property " + property.text());
    entity.property = property.text();
  }
  entity.data_class = class_of(node.find("class"));
}

/// Which rows of several sources are one fact; names fields, so it is read behind them.
void read_unions(const Node& node, record::Entity& entity) {
  auto names = [&](const Node& list, std::vector<std::string>& into) {
    for (const auto& field : list.items()) {
      if (!entity.find(field.text())) field.refuse("the entity has no field " + field.text());
      into.push_back(field.text());
    }
  };
  names(node.find("united_by"), entity.united_by);
  names(node.find("spans_united_by"), entity.spans_united_by);
  if (auto spans = node.find("spans_united_by")) {
    if (!entity.united_by.empty()) spans.refuse("an entity has united_by or spans_united_by");
    auto span = record::span_of(entity);
    if (!span.start || !span.end) spans.refuse("the entity has no first and last day");
  }
  if (auto within = node.find("united_within")) {
    auto last = entity.united_by.empty() ? std::nullopt : entity.find(entity.united_by.back());
    if (!last || entity.fields[*last].type != record::Type::date)
      within.refuse("the last field of united_by must be a date");
    constexpr int64_t a_month = 31;
    auto days = within.days();
    if (days > a_month) within.refuse("further apart than 31 days are two facts");
    entity.united_within_days = static_cast<int32_t>(days);
  }
}

void read_entity(const Node& key, const Node& node, record::Model& model) {
  node.only({"of", "property", "class", "united_by", "united_within", "spans_united_by", "fields"});
  auto found = std::ranges::find(model.entities, key.text(), &record::Entity::name);
  if (found == model.entities.end()) {
    found = model.entities.insert(model.entities.end(), record::Entity{});
    found->name = key.text();
    describe(node, *found, model);
  } else if (node.find("of") || node.find("class") || node.find("property") ||
             node.find("united_by") || node.find("spans_united_by")) {
    key.refuse("the model has this entity: only fields and united_within may be said");
  }
  if (!node.find("united_within")) node.require("fields");
  for (const auto& [path, field] : node.find("fields").entries()) {
    if (found->find(path.text())) path.refuse("the model has this field already");
    found->fields.push_back(read_field(path, field, model, *found));
    if (found->is_of_student && found->fields.back().data_class.empty())
      path.refuse("a class is missing: every field about a student has one");
  }
  read_unions(node, *found);
}

void check_references(const Node& entity, const record::Model& model) {
  for (const auto& [path, field] : entity.find("fields").entries())
    if (auto refers = field.find("refers"); refers && !model.find(refers.text()))
      refers.refuse("no entity " + refers.text());
}

void read_into(const std::filesystem::path& file, record::Model& model) {
  auto root = load(file);
  root.only({"model", "options", "entities"});
  if (auto version = root.require("model"); version.text() != "1")
    version.refuse("this program reads model: 1");
  read_options(root.find("options"), model);
  for (const auto& [key, entity] : root.find("entities").entries()) read_entity(key, entity, model);
  for (const auto& [key, entity] : root.find("entities").entries()) check_references(entity, model);
}

}  // namespace

record::Model load_model(const std::filesystem::path& model,
                         const std::filesystem::path& extension) {
  record::Model loaded;
  read_into(model, loaded);
  if (!extension.empty()) read_into(extension, loaded);
  return loaded;
}

}  // namespace homeroom::settings
