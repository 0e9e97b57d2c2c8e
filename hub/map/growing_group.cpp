#include "hub/map/growing_group.hpp"

#include <algorithm>
#include <numeric>

namespace homeroom::map {

using record::Column;
using record::Text;
using record::Type;

namespace {

/// True in each of the rows that stand for others: they counted already.
Column all_true(uint32_t rows, record::Arena& arena) {
  Column out;
  out.type = Type::boolean;
  auto* values = arena.many<uint8_t>(rows);
  std::fill_n(values, rows, 1);
  out.values = values;
  return out;
}

}  // namespace

const std::vector<uint32_t>& GrowingGroup::add(const Relation& rows,
                                               const std::vector<Measured>& values) {
  scratch_.reset();
  now_ = 1 - now_;
  arena().reset();
  number(rows);
  for (std::size_t i = 0; i < values.size(); ++i) measure(i, values[i], rows.rows);
  return into_;
}

/// The groups there are come first, so they keep their numbers; new ones follow in the order of
/// their rows.
void GrowingGroup::number(const Relation& rows) {
  std::vector<Column> all;
  keys_.resize(step_.by.size());
  for (std::size_t k = 0; k < keys_.size(); ++k)
    all.push_back(append(keys_[k], groups_, rows.columns[step_.by[k]], rows.rows, scratch_));
  std::vector<const Column*> keys;
  for (const auto& column : all) keys.push_back(&column);
  auto count = groups_ + rows.rows;
  std::vector<uint32_t> group_of(count);
  auto firsts = number_groups(keys, count, group_of.data());
  began_.assign(firsts.begin() + groups_, firsts.end());
  for (auto& row : began_) row -= groups_;
  into_.assign(group_of.begin() + groups_, group_of.end());
  groups_ = static_cast<uint32_t>(firsts.size());
  for (std::size_t k = 0; k < keys_.size(); ++k) keys_[k] = kept(all[k], firsts);
  parts_.resize(rows.parts.size());
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    parts_[p].first = rows.parts[p].stream;
    for (auto row : began_) parts_[p].second.push_back(rows.parts[p].rows[row]);
  }
}

void GrowingGroup::measure(std::size_t index, const Measured& values, uint32_t rows) {
  const auto& measure = step_.measures[index];
  auto& state = states_[index];
  if (measure.kind == Aggregate::count) {
    auto counted =
        take_measure(measure, values, {into_.data(), rows, groups_}, scratch_, state.is_too_large);
    state.counts.resize(groups_, 0);
    for (uint32_t group = 0; group < groups_; ++group)
      state.counts[group] += counted.at<int64_t>(group);
    return;
  }
  auto before = static_cast<uint32_t>(state.of.size());
  Measured all;
  all.value = append(state.rows.value.value_or(Column{}), before, *values.value, rows, scratch_);
  if (values.test)
    all.test = append(all_true(before, scratch_), before, *values.test, rows, scratch_);
  state.rows.order.resize(values.order.size());
  for (std::size_t i = 0; i < values.order.size(); ++i)
    all.order.push_back(append(state.rows.order[i], before, values.order[i], rows, scratch_));
  state.of.insert(state.of.end(), into_.begin(), into_.end());
  Groups groups{state.of.data(), before + rows, groups_};
  state.is_too_large.resize(groups_, 0);
  bool is_folded = measure.kind == Aggregate::sum || measure.kind == Aggregate::any ||
                   measure.kind == Aggregate::all;
  std::vector<uint32_t> needed(is_folded ? groups_ : 0);
  std::iota(needed.begin(), needed.end(), 0u);
  if (is_folded) {
    all.value = take_measure(measure, all, groups, scratch_, state.is_too_large);
    state.of = needed;
  } else {
    needed = rows_that_matter(measure, all, groups);
    std::vector<uint32_t> of;
    for (auto row : needed) of.push_back(state.of[row]);
    state.of = std::move(of);
  }
  state.rows.value = kept(*all.value, needed);
  if (is_folded) return;
  for (std::size_t i = 0; i < values.order.size(); ++i)
    state.rows.order[i] = kept(all.order[i], needed);
}

Column GrowingGroup::kept(const Column& column, const std::vector<uint32_t>& rows) {
  auto out = gather(column, rows.data(), static_cast<uint32_t>(rows.size()), arena());
  if (!out.values || (out.type != Type::text && out.type != Type::json && out.type != Type::list))
    return out;
  auto* texts = static_cast<Text*>(const_cast<void*>(out.values));  // made by gather(), ours
  auto count = out.type != Type::list ? rows.size() : rows.empty() ? 0 : out.ends[rows.size() - 1];
  for (std::size_t i = 0; i < count; ++i) texts[i] = arena().keep(texts[i]);
  return out;
}

Relation GrowingGroup::take(std::vector<std::vector<uint8_t>>& is_too_large) {
  Relation out;
  out.rows = groups_;
  out.columns = keys_;
  is_too_large.clear();
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const auto& measure = step_.measures[i];
    auto& state = states_[i];
    state.is_too_large.resize(groups_, 0);
    if (measure.kind == Aggregate::count) {
      Column counts;
      counts.type = Type::integer;
      counts.values = state.counts.data();
      out.columns.push_back(counts);
    } else {
      auto rows = static_cast<uint32_t>(state.of.size());
      out.columns.push_back(take_measure(measure, state.rows, {state.of.data(), rows, groups_},
                                         arena(), state.is_too_large));
    }
    is_too_large.push_back(state.is_too_large);
  }
  for (const auto& [stream, rows] : parts_) out.parts.push_back({stream, rows.data()});
  return out;
}

}  // namespace homeroom::map
