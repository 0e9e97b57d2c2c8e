#include "hub/map/lookups.hpp"

#include "hub/map/steps.hpp"

namespace homeroom::map {

namespace {

std::pair<bool, uint32_t> key_of(const Join& join) { return {join.target.is_table, join.target.index}; }

}  // namespace

void Lookups::know(const Join& join, StepRunner& steps) {
  auto [target, is_new] = targets_.try_emplace(key_of(join));
  if (is_new) target->second = steps.target(join);
  auto& index = indexes_[{key_of(join), join.target_columns}];
  if (index) return;
  std::vector<const record::Column*> keys;
  for (auto column : join.target_columns) keys.push_back(&target->second.columns[column]);
  index = std::make_unique<RowIndex>(keys, target->second.rows);
}

const Relation& Lookups::target(const Join& join) const { return targets_.at(key_of(join)); }

const RowIndex& Lookups::index(const Join& join) const {
  return *indexes_.at({key_of(join), join.target_columns});
}

}  // namespace homeroom::map
