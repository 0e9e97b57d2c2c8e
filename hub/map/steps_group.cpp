// Folding rows into one: distinct, group and pivot.
#include <numeric>
#include <utility>

#include "hub/map/measure.hpp"
#include "hub/map/steps.hpp"

namespace homeroom::map {

using record::Column;

/// For each row the number of its group, in the order of first rows; returns the first rows.
std::vector<uint32_t> StepRunner::fold(const std::vector<uint32_t>& by, const Relation& relation,
                                       uint32_t* into) {
  std::vector<const Column*> keys;
  for (auto column : by) keys.push_back(&relation.columns[column]);
  return number_groups(keys, relation.rows, into);
}

/// What a relation's rows become when they fold into `groups` others.
Folded StepRunner::folded(const Relation& relation, const uint32_t* into, uint32_t groups) {
  auto* each = state_.arena.many<uint32_t>(groups);
  std::iota(each, each + groups, 0u);
  return {std::make_shared<const Gathered>(
              Gathered{relation.parts, relation.folded, relation.rows, groups, into}),
          true, each};
}

Relation StepRunner::distinct(const Step& step, const Relation& relation) {
  auto* into = state_.arena.many<uint32_t>(relation.rows);
  auto firsts = fold(step.by, relation, into);
  auto out = select(relation, firsts.data(), static_cast<uint32_t>(firsts.size()), step.is_needed,
                    state_.arena);
  out.folded = {folded(relation, into, out.rows)};
  return out;
}

/// A pivot is a group of the rows whose value is listed.
StepRunner::Measurable StepRunner::measurable(const Step& step, const Relation& all) {
  Measurable found{all, {}};
  if (step.test) {
    Step listed = step;
    listed.kind = Step::Kind::where;
    listed.is_needed.assign(all.columns.size(), 1);
    found.rows = keep_where(listed, all);
  }
  auto first = step.columns.size() - step.measures.size();
  for (;;) {
    if (step.program) step.program->begin(found.rows.columns, found.rows.rows, state_.arena);
    found.values.assign(step.measures.size(), {});
    for (std::size_t i = 0; i < step.measures.size(); ++i) {
      const auto& measure = step.measures[i];
      const auto& name = step.columns[first + i].name;
      auto& made = found.values[i];
      if (measure.value) made.value = value_of(step, *measure.value, name);
      if (measure.test) made.test = value_of(step, *measure.test, name);
      for (const auto& order : measure.order)
        made.order.push_back(value_of(step, order.value, name));
    }
    if (unreadable_.empty()) return found;
    auto rows = std::exchange(unreadable_, {});
    set_aside(found.rows, rows, record::Severity::critical, "unreadable");
    found.rows = without(found.rows, rows);
  }
}

Relation StepRunner::group(const Step& step, const Relation& all) {
  auto [relation, values] = measurable(step, all);
  auto* into = state_.arena.many<uint32_t>(relation.rows);
  auto firsts = fold(step.by, relation, into);
  auto count = static_cast<uint32_t>(firsts.size());
  Relation out;
  out.rows = count;
  for (auto column : step.by)
    out.columns.push_back(gather(relation.columns[column], firsts.data(), count, state_.arena));
  for (const auto& part : relation.parts)
    out.parts.push_back({part.stream, gather_rows(part.rows, firsts.data(), count, state_.arena)});
  out.folded = {folded(relation, into, count)};
  std::vector<std::vector<uint8_t>> is_too_large(values.size(), std::vector<uint8_t>(count, 0));
  for (std::size_t i = 0; i < values.size(); ++i)
    out.columns.push_back(take_measure(step.measures[i], values[i], {into, relation.rows, count},
                                       state_.arena, is_too_large[i]));
  return without_too_large(step, std::move(out), is_too_large);
}

Relation StepRunner::without_too_large(const Step& step, Relation groups,
                                       const std::vector<std::vector<uint8_t>>& is_too_large) {
  auto first = step.columns.size() - step.measures.size();
  std::vector<Aside> too_large;
  for (std::size_t i = 0; i < is_too_large.size(); ++i)
    for (uint32_t group = 0; group < groups.rows; ++group)
      if (is_too_large[i][group])
        too_large.push_back(
            {group, "the sum has too many digits", step.columns[first + i].name, none});
  if (too_large.empty()) return groups;
  set_aside(groups, too_large, record::Severity::critical, "unreadable");
  return without(groups, too_large);
}

}  // namespace homeroom::map
