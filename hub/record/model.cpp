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

Span span_of(const Entity& entity) {
  auto date_named = [&](std::string_view name) -> std::optional<FieldId> {
    auto field = entity.find(name);
    return field && entity.fields[*field].type == Type::date ? field : std::nullopt;
  };
  constexpr std::pair<std::string_view, std::string_view> ends[] = {{"start", "end"},
                                                                    {"entryDate", "exitDate"}};
  for (const auto& [first, last] : ends)
    if (auto start = date_named(first)) return {start, date_named(last)};
  for (std::string_view day : {"date", "onset", "givenOn"})
    if (auto start = date_named(day)) return {start, std::nullopt};
  return {};
}

}  // namespace homeroom::record
