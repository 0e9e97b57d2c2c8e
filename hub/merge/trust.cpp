#include "hub/merge/trust.hpp"

#include <algorithm>
#include <numeric>

#include "homeroom/error.hpp"
#include "hub/record/profile.hpp"
#include "hub/settings/node.hpp"

namespace homeroom::merge {

namespace {

const std::string by_default = "default";

/// "name.first" -> "name.first", "name".
std::vector<std::string> with_outer_objects(std::string path) {
  std::vector<std::string> paths;
  for (;;) {
    paths.push_back(path);
    auto dot = path.rfind('.');
    if (dot == std::string::npos) return paths;
    path.resize(dot);
  }
}

/// Names under which `trust` may speak of a field, the most exact first.
std::vector<std::string> names_of(const record::Entity& entity, const record::Field& field) {
  std::vector<std::string> names;
  for (const auto& path : with_outer_objects(field.path)) {
    names.push_back(entity.name + "." + path);
    if (entity.name == record::student_entity) names.push_back(path);
    if (!entity.property.empty()) names.push_back(entity.property + "." + path);
  }
  names.push_back(entity.name);
  if (!entity.property.empty()) names.push_back(entity.property);
  return names;
}

std::vector<std::string> all_names(const record::Model& model) {
  std::vector<std::string> names{by_default};
  for (const auto& entity : model.entities)
    for (const auto& field : entity.fields)
      for (auto& name : names_of(entity, field)) names.push_back(std::move(name));
  return names;
}

void require_known(const std::string& what, const std::string& word,
                   const std::vector<std::string>& known) {
  if (std::ranges::find(known, word) != known.end()) return;
  auto near = settings::did_you_mean(word, known);
  throw Error(Next::fix_settings,
              what + " " + word + (near ? ", did you mean " + *near : std::string()));
}

}  // namespace

Trust::Trust(const record::Model& model, std::vector<std::string> sources, const Lists& lists)
    : sources_(std::move(sources)) {
  check(model, lists);
  sources_.emplace_back(record::correction_source);
  by_name_.resize(sources_.size());
  for (const auto& source : sources_) key_fronts_.push_back(source + record::source_end);
  std::vector<uint32_t> sorted(sources_.size());
  std::iota(sorted.begin(), sorted.end(), 0u);
  std::ranges::sort(sorted, {}, [this](uint32_t source) { return sources_[source]; });
  for (uint32_t place = 0; place < sorted.size(); ++place) by_name_[sorted[place]] = place;

  for (const auto& entity : model.entities) {
    OfEntity made;
    for (const auto& field : entity.fields) {
      auto names = names_of(entity, field);
      auto list = std::ranges::find_if(names, [&](auto& name) { return lists.contains(name); });
      made.lists.push_back(list != names.end()          ? *list
                           : lists.contains(by_default) ? by_default
                                                        : std::string());
      add_ranks(made, lists, made.lists.back());
      const auto& data_class = field.data_class.empty() ? entity.data_class : field.data_class;
      made.is_protection.push_back(data_class == "safety" && field.type == record::Type::boolean);
      auto* options = model.option_set(field.options);
      made.can_be_unknown.push_back(options &&
                                    std::ranges::binary_search(options->codes, "unknown"));
    }
    for (const auto& path : entity.united_by)
      if (auto field = entity.find(path)) made.united_by.push_back(*field);
    made.span = record::span_of(entity);
    for (const auto& path : entity.spans_united_by)
      if (auto field = entity.find(path); field && made.span.start && made.span.end)
        made.spans_united_by.push_back(*field);
    made.united_within = entity.united_within_days;
    add_ranks(made, lists,
              lists.contains(entity.name)       ? entity.name
              : lists.contains(entity.property) ? entity.property
                                                : by_default);
    entities_.push_back(std::move(made));
  }
}

void Trust::check(const record::Model& model, const Lists& lists) const {
  auto names = all_names(model);
  for (const auto& [name, order] : lists) {
    require_known("trust: no field or entity", name, names);
    for (const auto& source : order)
      require_known("trust." + name + ": no source", source, sources_);
  }
}

void Trust::add_ranks(OfEntity& entity, const Lists& lists, const std::string& list) const {
  std::vector<std::string> order;
  for (const auto& name : {list, by_default})
    if (auto found = lists.find(name); found != lists.end())
      order.insert(order.end(), found->second.begin(), found->second.end());
  for (const auto& source : sources_) {
    auto found = std::ranges::find(order, source);
    entity.ranks.push_back(found == order.end() ? unnamed
                                                : static_cast<uint32_t>(found - order.begin()));
  }
}

}  // namespace homeroom::merge
