// Which columns each step must carry on: those that something later reads.
#include <algorithm>

#include "hub/map/plan.hpp"

namespace homeroom::map {

namespace {

using Flags = std::vector<uint8_t>;

void mark(Flags& flags, const std::vector<uint32_t>& columns) {
  for (auto column : columns) flags[column] = 1;
}

void mark(Flags& flags, const Measure& measure) {
  if (measure.value) mark(flags, measure.value->compiled.columns);
  if (measure.test) mark(flags, measure.test->compiled.columns);
  for (const auto& order : measure.order) mark(flags, order.value.compiled.columns);
}

/// What must come into a step for `after` to come out of it; also what it needs of other tables.
Flags before_step(const Step& step, const Flags& after, std::size_t width,
                  std::vector<Flags>& of_table) {
  Flags before(after.begin(),
               after.begin() + static_cast<std::ptrdiff_t>(std::min(width, after.size())));
  before.resize(width, 0);
  switch (step.kind) {
    case Step::Kind::where:
    case Step::Kind::refuse:
    case Step::Kind::assert_that:
    case Step::Kind::unnest:
      mark(before, step.test->compiled.columns);
      break;
    case Step::Kind::set:
      for (const auto& expression : step.sets) mark(before, expression.compiled.columns);
      break;
    case Step::Kind::distinct:
      mark(before, step.by);
      break;
    case Step::Kind::union_with:
      for (std::size_t c = 0; c < step.other_columns.size(); ++c)
        if (after[c] && step.other_columns[c] != none)
          of_table[step.other][step.other_columns[c]] = 1;
      break;
    case Step::Kind::pivot:
      [[fallthrough]];
    case Step::Kind::group:
      std::fill(before.begin(), before.end(), 0);
      mark(before, step.by);
      if (step.test) mark(before, step.test->compiled.columns);
      for (const auto& measure : step.measures) mark(before, measure);
      break;
    case Step::Kind::unpivot:
      mark(before, step.taken);
      break;
    case Step::Kind::join: {
      for (const auto& value : step.join.values) mark(before, value.compiled.columns);
      if (!step.join.target.is_table) break;
      auto& target = of_table[step.join.target.index];
      mark(target, step.join.target_columns);
      for (std::size_t c = width; c < after.size(); ++c)
        if (after[c]) target[c - width] = 1;
      break;
    }
  }
  return before;
}

}  // namespace

void mark_needed(Plan& plan) {
  std::vector<Flags> of_table;
  for (const auto& table : plan.tables) of_table.emplace_back(table.columns().size(), 0);
  for (const auto& entity : plan.entities) {
    auto& flags = of_table[entity.table];
    for (const auto& part : entity.key) mark(flags, part.compiled.columns);
    if (entity.student) mark(flags, entity.student->compiled.columns);
    for (const auto& field : entity.fields) {
      if (field.value) mark(flags, field.value->compiled.columns);
      for (const auto& [code, test] : field.each_true) mark(flags, test.compiled.columns);
    }
  }
  // A table is used by later ones and by entities only, so backwards every need is known in time.
  for (std::size_t t = plan.tables.size(); t-- > 0;) {
    auto& table = plan.tables[t];
    auto now = of_table[t];
    for (std::size_t s = table.steps.size(); s-- > 0;) {
      auto& step = table.steps[s];
      step.is_needed = now;
      auto width = s == 0 ? table.from_columns.size() : table.steps[s - 1].columns.size();
      now = before_step(step, now, width, of_table);
    }
    if (table.from.is_table)
      for (std::size_t c = 0; c < now.size(); ++c)
        if (now[c]) of_table[table.from.index][c] = 1;
  }
}

}  // namespace homeroom::map
