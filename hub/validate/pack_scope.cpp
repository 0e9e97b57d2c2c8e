#include "hub/validate/pack_scope.hpp"

#include "homeroom/error.hpp"

namespace homeroom::validate {

using record::EntityId;
using record::FieldId;
using settings::Node;
using From = ScopeColumn::From;

std::string meant(const std::string& word, const std::vector<std::string>& names) {
  auto near = settings::did_you_mean(word, names);
  return near ? ", did you mean " + *near + "?" : "";
}

PackScope::Columns PackScope::of_rows(EntityId entity) const {
  auto columns = std::make_shared<std::vector<ScopeColumn>>();
  const auto& of = plan_.model.entities[entity];
  for (uint32_t f = 0; f < of.fields.size(); ++f)
    columns->push_back({From::own, f, 0, of.fields[f].type, of.fields[f].path});
  columns->push_back({From::key, 0, 0, record::Type::text, "key"});
  columns->push_back({From::source, 0, 0, record::Type::text, "source"});
  if (!of.is_of_student || !plan_.student) return columns;
  columns->push_back({From::student_key, 0, 0, record::Type::text, "student.key"});
  const auto& student = plan_.model.entities[*plan_.student];
  for (uint32_t f = 0; f < student.fields.size(); ++f)
    columns->push_back(
        {From::student, f, 0, student.fields[f].type, "student." + student.fields[f].path});
  return columns;
}

void PackScope::add_previous(std::vector<ScopeColumn>& columns, EntityId entity) const {
  const auto& of = plan_.model.entities[entity];
  for (uint32_t f = 0; f < of.fields.size(); ++f)
    columns.push_back({From::previous, f, 0, of.fields[f].type, "previous." + of.fields[f].path});
  columns.push_back({From::previous_source, 0, 0, record::Type::text, "previous.source"});
}

void PackScope::add_before(std::vector<ScopeColumn>& columns) const {
  const auto& of = plan_.model.entities[*plan_.student];
  for (uint32_t f = 0; f < of.fields.size(); ++f)
    columns.push_back({From::field_before, f, 0, of.fields[f].type, "before." + of.fields[f].path});
}

void PackScope::add_measures(std::vector<ScopeColumn>& columns,
                             const std::vector<uint32_t>& measures) const {
  for (auto index : measures) {
    const auto& measure = plan_.measures[index];
    columns.push_back({From::measure, index, 0, measure.type, measure.name});
  }
}

void PackScope::add_series(std::vector<ScopeColumn>& columns) const {
  for (uint32_t i = 0; i < plan_.series.size(); ++i) {
    const auto& name = plan_.series[i].name;
    auto add = [&](SeriesPart part, record::Type type, const char* word) {
      columns.push_back({From::series, i, static_cast<uint32_t>(part), type, name + "." + word});
    };
    add(SeriesPart::doses, record::Type::integer, "doses");
    add(SeriesPart::first, record::Type::date, "first");
    add(SeriesPart::last, record::Type::date, "last");
  }
}

void PackScope::add_lookups(std::vector<ScopeColumn>& columns,
                            const std::vector<Lookup>& lookups) const {
  for (uint32_t i = 0; i < lookups.size(); ++i) {
    columns.push_back({From::lookup_key, 0, i, record::Type::text, lookups[i].name + ".key"});
    const auto& of = plan_.model.entities[lookups[i].entity];
    for (uint32_t f = 0; f < of.fields.size(); ++f)
      columns.push_back(
          {From::lookup, f, i, of.fields[f].type, lookups[i].name + "." + of.fields[f].path});
  }
}

std::shared_ptr<express::Program> PackScope::program(
    const std::vector<ScopeColumn>& columns) const {
  express::Scope scope;
  for (const auto& column : columns) scope.columns.push_back({column.name, column.type});
  scope.codes = &plan_.codes;
  scope.parameters = plan_.parameters;
  return std::make_shared<express::Program>(std::move(scope));
}

Condition PackScope::condition(const Node& node, std::shared_ptr<express::Program> program,
                               const Columns& columns, EntityId entity,
                               const std::vector<Lookup>& lookups, std::set<EntityId>& needs,
                               bool* needs_before) {
  return condition(node, node.text(), 0, std::move(program), columns, entity, lookups, needs,
                   needs_before);
}

Condition PackScope::condition(const Node& node, const std::string& text, std::size_t at,
                               std::shared_ptr<express::Program> program, const Columns& columns,
                               EntityId entity, const std::vector<Lookup>& lookups,
                               std::set<EntityId>& needs, bool* needs_before) {
  express::Problem problem;
  auto compiled = program->compile(text, problem);
  if (!compiled || compiled->type != record::Type::boolean) {
    auto place = node.place();
    place.column += static_cast<uint32_t>(at) + (compiled ? 0 : problem.at);
    throw Error(Next::fix_settings,
                place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) +
                    ": " +
                    (compiled ? "a condition is expected here, found a value" : problem.says));
  }
  for (auto index : compiled->columns) use((*columns)[index], entity, lookups, needs, needs_before);
  return {std::move(program), *compiled, columns};
}

void PackScope::use(const ScopeColumn& column, EntityId entity, const std::vector<Lookup>& lookups,
                    std::set<EntityId>& needs, bool* needs_before) {
  switch (column.from) {
    case From::own:
    case From::previous:
      return use(entity, static_cast<FieldId>(column.index));
    case From::student:
      use(*plan_.student, static_cast<FieldId>(column.index));
      [[fallthrough]];
    case From::student_key:
      needs.insert(*plan_.student);
      return;
    case From::measure:
      needs.insert(plan_.measures[column.index].entity);
      return;
    case From::series:
      needs.insert(plan_.series[column.index].entity);
      return;
    case From::lookup:
      use(lookups[column.part].entity, static_cast<FieldId>(column.index));
      [[fallthrough]];
    case From::lookup_key:
      needs.insert(lookups[column.part].entity);
      return;
    case From::field_before:
      use(*plan_.student, static_cast<FieldId>(column.index));
      [[fallthrough]];
    case From::before:
      if (needs_before) *needs_before = true;
      return;
    case From::key:
    case From::source:
    case From::previous_source:
    case From::group:
      return;
  }
}

EntityId PackScope::entity(const Node& node, const std::string& name) const {
  if (auto found = plan_.model.find(name)) return *found;
  std::vector<std::string> names;
  for (const auto& known : plan_.model.entities) names.push_back(known.name);
  node.refuse("no entity " + name + meant(name, names));
}

FieldId PackScope::field(const Node& node, EntityId entity, const std::string& path) {
  const auto& of = plan_.model.entities[entity];
  if (auto found = of.find(path)) {
    use(entity, *found);
    return *found;
  }
  std::vector<std::string> names;
  for (const auto& known : of.fields) names.push_back(known.path);
  node.refuse(of.name + " has no field " + path + meant(path, names));
}

}  // namespace homeroom::validate
