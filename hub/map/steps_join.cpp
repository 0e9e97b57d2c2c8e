// Joining: each row finds the rows of another table that have its values.
#include <algorithm>
#include <string>

#include "homeroom/error.hpp"
#include "hub/map/lookups.hpp"
#include "hub/map/steps.hpp"
#include "hub/map/values.hpp"

namespace homeroom::map {

using record::Column;

namespace {

/// What a join may make beyond ten rows for each that goes in. More is a key that is none.
constexpr uint64_t most_joined = 1'000'000;

std::string said(const settings::Place& place) {
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": ";
}

}  // namespace

Relation StepRunner::target(const Join& join) {
  if (state_.lookups) return state_.lookups->target(join);
  return all_of(join.target);
}

Relation StepRunner::all_of(const Origin& origin) {
  if (origin.is_table) return table(origin.index);
  Table whole;
  whole.from = origin;
  whole.from_columns.resize(state_.plan.reads[origin.index].columns.size());
  return from(whole);
}

void StepRunner::note_uses(const Join& join, const Relation& relation,
                           const std::vector<const Column*>& values) {
  const auto& stream = state_.plan.reads[join.target.index].stream;
  std::string key;
  for (uint32_t row = 0; row < relation.rows; ++row) {
    key.clear();
    bool is_whole = true;
    for (const auto* value : values) {
      is_whole &= value->is_valid(row);
      if (!is_whole) break;
      if (value != values.front()) key += '\x1f';
      key += value->text_at(row).view();
    }
    const auto& base = relation.parts[base_of(relation.parts, row)];
    if (is_whole && base.rows[row] != none && !state_.plan.shapes[base.stream].is_reference)
      state_.output.uses.push_back({base.stream, base.rows[row], reference_token(stream, key)});
  }
}

bool StepRunner::asks_for_rows(const Join& join) const {
  return join.is_reference && state_.block.references && !state_.lookups &&
         state_.plan.looked_up[join.target.index];
}

/// Those rows of a reference stream that the rows name, and others that somebody named before.
Relation StepRunner::looked_up(const Join& join, const Relation& relation, const Column& values) {
  std::vector<std::string_view> keys;
  for (uint32_t row = 0; row < relation.rows; ++row)
    if (values.is_valid(row)) keys.push_back(values.text_at(row).view());
  std::ranges::sort(keys);
  auto doubles = std::ranges::unique(keys);
  keys.erase(doubles.begin(), doubles.end());
  auto stream = join.target.index;
  const auto& rows = state_.block.references->with(stream, keys);
  state_.output.fates[stream].resize(rows.rows, Fate::filtered);
  return rows_of_stream(stream, rows);
}

/// An index on a reference stream is kept: the stream stands in every block.
const RowIndex& StepRunner::index_of(const Step& step, const Relation& target,
                                     std::unique_ptr<RowIndex>& own) {
  if (state_.lookups) return state_.lookups->index(step.join);
  std::vector<const Column*> keys;
  for (auto column : step.join.target_columns) keys.push_back(&target.columns[column]);
  if (!step.join.is_reference) {
    own = std::make_unique<RowIndex>(keys, target.rows);
    return *own;
  }
  auto& entry = indexes_.by_step[&step];
  if (!entry.index || entry.values != keys[0]->values || entry.rows != target.rows)
    entry = {keys[0]->values, target.rows, std::make_unique<RowIndex>(keys, target.rows)};
  return *entry.index;
}

Relation StepRunner::join(const Step& step, const Relation& relation) {
  const auto& join = step.join;
  bool asks = asks_for_rows(join);
  auto target = asks ? Relation() : this->target(join);
  std::vector<Column> held;
  held.reserve(join.values.size());
  std::vector<const Column*> values;
  for (const auto& value : join.values)
    values.push_back(&held.emplace_back(evaluate(step, value, relation)));
  if (!unreadable_.empty()) return again(step, relation);
  if (join.is_reference) note_uses(join, relation, values);
  if (asks) target = looked_up(join, relation, *values.front());
  std::unique_ptr<RowIndex> own;
  const auto& index = index_of(step, target, own);

  std::vector<uint32_t> left;
  std::vector<uint32_t> right;
  left.reserve(relation.rows);
  right.reserve(relation.rows);
  std::vector<Aside> aside;
  uint64_t most = most_joined + 10 * (relation.rows +
                                      (state_.lookups ? state_.lookups->rows(join) : target.rows));
  auto* matches = state_.arena.many<uint32_t>(relation.rows);
  index.find_all(values, relation.rows, matches);
  for (uint32_t row = 0; row < relation.rows; ++row) {
    auto match = matches[row];
    if (match == none && join.unmatched == Unmatched::keep) {
      left.push_back(row);
      right.push_back(none);
    } else if (match == none && join.unmatched == Unmatched::set_aside) {
      aside.push_back(
          {row, "no row of " + join.target_name + " belongs to it", join.target_name, none});
    } else if (match != none && index.next(match) != none && !join.is_many) {
      aside.push_back({row, "more than one row of " + join.target_name + " belongs to it",
                       join.target_name, none});
      continue;
    }
    for (; match != none; match = index.next(match)) {
      left.push_back(row);
      right.push_back(match);
    }
    if (left.size() > most)
      throw Error(Next::fix_settings, said(step.place) + "joining " + join.target_name +
                                          " makes more than " + std::to_string(most) + " rows of " +
                                          std::to_string(relation.rows) +
                                          "; its `by` does not tell rows apart");
  }
  set_aside(relation, aside, record::Severity::critical, "match");
  auto count = static_cast<uint32_t>(left.size());
  auto out = select(relation, left.data(), count, step.is_needed, state_.arena);
  for (std::size_t c = 0; c < target.columns.size(); ++c) {
    bool is_needed = step.is_needed[relation.columns.size() + c];
    out.columns.push_back(is_needed ? gather(target.columns[c], right.data(), count, state_.arena)
                                    : Column{});
  }
  for (const auto& part : target.parts)
    out.parts.push_back({part.stream, gather_rows(part.rows, right.data(), count, state_.arena)});
  for (const auto& fold : target.folded)
    out.folded.push_back(
        {fold.from, false, gather_rows(fold.group_of, right.data(), count, state_.arena)});
  return out;
}

}  // namespace homeroom::map
