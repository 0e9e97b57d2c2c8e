#include "hub/map/lookups.hpp"

#include "hub/map/steps.hpp"

namespace homeroom::map {

namespace {

std::pair<bool, uint32_t> key_of(const Origin& target) {
  return {target.is_table, target.index};
}

std::pair<bool, uint32_t> key_of(const Join& join) {
  return key_of(join.target);
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
  auto& index = indexes_[{key_of(join), join.target_columns}];
  if (!index) index = index_of(targets_.at(key_of(join)), join.target_columns);
}

std::unique_ptr<RowIndex> Lookups::index_of(const Relation& target,
                                            const std::vector<uint32_t>& columns) {
  std::vector<const record::Column*> keys;
  for (auto column : columns) keys.push_back(&target.columns[column]);
  return std::make_unique<RowIndex>(keys, target.rows);
}

void Lookups::expect(const Join& join) {
  targets_[key_of(join)];
  indexes_[{key_of(join), join.target_columns}];
}

/// What it changes is there already, and nobody else's.
void Lookups::make(const Origin& target, Relation rows) {
  auto key = key_of(target);
  auto& made = targets_.at(key);
  made = std::move(rows);
  for (auto index = indexes_.lower_bound({key, {}});
       index != indexes_.end() && index->first.first == key; ++index)
    index->second = index_of(made, index->first.second);
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
