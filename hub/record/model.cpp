#include "hub/record/model.hpp"

#include <algorithm>

namespace homeroom::record {

std::optional<FieldId> Entity::find(std::string_view path) const {
  auto found = std::ranges::find(fields, path, &Field::path);
  if (found == fields.end()) return std::nullopt;
  return static_cast<FieldId>(found - fields.begin());
}

std::optional<EntityId> Model::find(std::string_view entity) const {
  auto found = std::ranges::find(entities, entity, &Entity::name);
  if (found == entities.end()) return std::nullopt;
  return static_cast<EntityId>(found - entities.begin());
}

const OptionSet* Model::option_set(std::string_view name) const {
  auto found = std::ranges::find(options, name, &OptionSet::name);
  return found == options.end() ? nullptr : &*found;
}

}  // namespace homeroom::record
