#include "hub/map/lookups.hpp"

#include "hub/map/steps.hpp"

namespace homeroom::map {

namespace {

std::pair<bool, uint32_t> key_of(const Join& join) {
  return {join.target.is_table, join.target.index};
}

}  // namespace

void Lookups::know(const Join& join, StepRunner& steps) {
  auto [target, is_new] = targets_.try_emplace(key_of(join));
  if (is_new) target->second = steps.target(join);
  add_index(join);
}

void Lookups::know(const Join& join, const std::function<Relation()>& make, uint64_t rows) {
  if (!targets_.contains(key_of(join))) targets_[key_of(join)] = make();
  rows_[key_of(join)] = rows;
  add_index(join);
}

void Lookups::add_index(const Join& join) {
  const auto& target = targets_.at(key_of(join));
  auto& index = indexes_[{key_of(join), join.target_columns}];
  if (index) return;
  std::vector<const record::Column*> keys;
  for (auto column : join.target_columns) keys.push_back(&target.columns[column]);
  index = std::make_unique<RowIndex>(keys, target.rows);
}

bool Lookups::has(const Join& join) const {
  return targets_.contains(key_of(join));
}

uint64_t Lookups::rows(const Join& join) const {
  auto all = rows_.find(key_of(join));
  return all == rows_.end() ? target(join).rows : all->second;
}

const Relation& Lookups::target(const Join& join) const {
  return targets_.at(key_of(join));
}

const RowIndex& Lookups::index(const Join& join) const {
  return *indexes_.at({key_of(join), join.target_columns});
}

}  // namespace homeroom::map
