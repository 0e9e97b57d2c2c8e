#include "hub/map/steps.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "hub/map/lookups.hpp"
#include "hub/map/ranges.hpp"
#include "hub/map/standing.hpp"
#include "hub/map/values.hpp"

namespace homeroom::map {

using record::Column;
using record::Text;

/// Apart, so that rows in memory do not pay for it.
[[gnu::noinline]] static void raise_far(Output& output, uint32_t stream, uint32_t row, Fate fate) {
  output.far_fates.push_back({{stream, row}, fate});
}

void raise(Output& output, uint32_t stream, uint32_t row, Fate fate) {
  if (row == none || output.fates.empty()) return;
  if (stream >= output.fates.size() || row >= output.fates[stream].size())
    return raise_far(output, stream, row, fate);
  auto& now = output.fates[stream][row];
  now = std::max(now, fate);
}

const Relation& StepRunner::table(uint32_t index) {
  if (!state_.is_made[index]) {
    const auto& table = state_.plan.tables[index];
    auto relation = from(table);
    auto* rows = &state_.output.step_rows[table.first_step];
    rows[0] += relation.rows;
    for (std::size_t i = 0; i < table.steps.size(); ++i) {
      auto end = i;
      while (end < table.steps.size() && is_by_row(table.steps[end])) ++end;
      bool is_by_row_alone = end > i && !state_.watch && !state_.block.references;
      if (is_by_row_alone && relation.rows > 2 * rows_at_once) {
        relation = run_in_ranges(table, i, end, relation);
        i = end - 1;
      } else {
        if (state_.watch) state_.watch->before_step(index, static_cast<uint32_t>(i), relation);
        relation = run(table.steps[i], std::move(relation));
        rows[i + 1] += relation.rows;
      }
    }
    state_.tables[index] = std::move(relation);
    state_.is_made[index] = 1;
  }
  return state_.tables[index];
}

/// Steps that look at each row alone, over a large relation.
Relation StepRunner::run_in_ranges(const Table& table, std::size_t step, std::size_t end,
                                   const Relation& relation) {
  Lookups lookups;
  for (auto i = step; i < end; ++i)
    if (table.steps[i].kind == Step::Kind::join) lookups.know(table.steps[i].join, *this);
  auto* rows = &state_.output.step_rows[table.first_step + 1];
  record::Arena scratch;
  BlockState state{state_.plan, state_.block, scratch, state_.output, {},
                   {},          nullptr,      nullptr, &lookups};
  StepRunner steps(state, indexes_);
  Joined all(relation.rows, scratch, state_.arena);
  for (uint32_t first = 0; first < relation.rows; first += rows_at_once) {
    scratch.reset();
    auto range = range_of(relation, first, std::min(rows_at_once, relation.rows - first), scratch);
    for (auto i = step; i < end; ++i) {
      range = steps.run(table.steps[i], std::move(range));
      rows[i] += range.rows;
    }
    all.add(range);
  }
  return all.take();
}

Relation StepRunner::from(const Table& table) {
  if (table.from.is_table) return this->table(table.from.index);
  if (state_.slice) return rows_of(*state_.slice, table, state_.arena);
  return rows_of_stream(table.from.index, state_.block.streams[table.from.index]);
}

Relation StepRunner::rows_of_stream(uint32_t index, const StreamRows& stream) {
  Relation relation;
  relation.rows = stream.rows;
  relation.columns = stream.columns;
  relation.columns.resize(state_.plan.reads[index].columns.size());
  auto* rows = state_.arena.many<uint32_t>(stream.rows);
  for (uint32_t i = 0; i < stream.rows; ++i) rows[i] = i;
  relation.parts.push_back({index, rows});
  return relation;
}

Relation StepRunner::run(const Step& step, Relation relation) {
  switch (step.kind) {
    case Step::Kind::where:
      return keep_where(step, relation);
    case Step::Kind::join:
      return join(step, relation);
    case Step::Kind::unnest:
      return unnest(step, relation);
    case Step::Kind::set:
      return set(step, relation);
    case Step::Kind::distinct:
      return distinct(step, relation);
    case Step::Kind::union_with:
      return unite(step, relation);
    case Step::Kind::group:
    case Step::Kind::pivot:
      return group(step, relation);
    case Step::Kind::unpivot:
      return unpivot(step, relation);
    case Step::Kind::refuse:
      return refuse(step, relation);
    case Step::Kind::assert_that:
      return assert_that(step, relation);
  }
  return relation;
}

Column StepRunner::evaluate(const Step& step, const Expression& expression,
                            const Relation& relation) {
  expression.program->begin(relation.columns, relation.rows, state_.arena);
  return value_of(step, expression, word(step.kind));
}

Column StepRunner::value_of(const Step& step, const Expression& expression,
                            std::string_view field) {
  auto column = expression.program->run(expression.compiled.id);
  const auto& of = expression.compiled;
  if (of.on_fault != express::Else::unsaid && of.on_fault != express::Else::reject) return column;
  bool has_columns =
      step.kind != Step::Kind::group && step.kind != Step::Kind::pivot && !of.columns.empty();
  for (const auto& fault : expression.program->faults())
    if (fault.expression == of.id)
      unreadable_.push_back({fault.row, fault.says, std::string(field),
                             has_columns ? step.columns[of.columns.front()].part : none});
  return column;
}

Relation StepRunner::again(const Step& step, const Relation& relation) {
  auto rows = std::exchange(unreadable_, {});
  set_aside(relation, rows, record::Severity::critical, "unreadable");
  return run(step, without(relation, rows));
}

void StepRunner::set_aside(const Relation& relation, const std::vector<Aside>& rows,
                           record::Severity severity, std::string_view rule) {
  std::vector<uint32_t> left;
  for (const auto& aside : rows) left.push_back(aside.row);
  each_base(relation.parts, relation.folded, left, [&](std::size_t i, SourceRow base) {
    const auto& aside = rows[i];
    raise(state_.output, base.stream, base.row, Fate::set_aside);
    auto at = base;
    if (aside.part < relation.parts.size() && relation.parts[aside.part].rows[aside.row] != none)
      at = {relation.parts[aside.part].stream, relation.parts[aside.part].rows[aside.row]};
    state_.output.findings.push_back(
        {at.stream, at.row, 0, aside.field, aside.says, true, severity, rule});
  });
}

Relation StepRunner::without(const Relation& relation, const std::vector<Aside>& rows) {
  std::vector<uint8_t> is_out(relation.rows, 0);
  for (const auto& aside : rows) is_out[aside.row] = 1;
  std::vector<uint32_t> kept;
  for (uint32_t row = 0; row < relation.rows; ++row)
    if (!is_out[row]) kept.push_back(row);
  return select(relation, kept.data(), static_cast<uint32_t>(kept.size()),
                std::vector<uint8_t>(relation.columns.size(), 1), state_.arena);
}

Relation StepRunner::keep_where(const Step& step, const Relation& relation) {
  auto test = evaluate(step, *step.test, relation);
  if (!unreadable_.empty()) return again(step, relation);
  auto* kept = state_.arena.many<uint32_t>(relation.rows);
  uint32_t count = 0;
  for (uint32_t row = 0; row < relation.rows; ++row) {
    kept[count] = row;
    count += test.is_valid(row) && test.at<uint8_t>(row);
  }
  return select(relation, kept, count, step.is_needed, state_.arena);
}

Relation StepRunner::refuse(const Step& step, const Relation& relation) {
  auto test = evaluate(step, *step.test, relation);
  if (!unreadable_.empty()) return again(step, relation);
  std::vector<uint32_t> kept;
  std::vector<uint32_t> refused;
  for (uint32_t row = 0; row < relation.rows; ++row)
    (test.is_valid(row) && test.at<uint8_t>(row) ? refused : kept).push_back(row);
  std::map<uint32_t, std::set<uint32_t>> by_stream;
  each_base(relation.parts, relation.folded, refused, [&](std::size_t, SourceRow base) {
    raise(state_.output, base.stream, base.row, Fate::refused);
    by_stream[base.stream].insert(base.row);
  });
  for (const auto& [stream, rows] : by_stream)
    state_.output.refusals.push_back({stream, step.says, rows.size()});
  return select(relation, kept.data(), static_cast<uint32_t>(kept.size()), step.is_needed,
                state_.arena);
}

/// As a CHECK of SQL: only what is false breaks it, what is unknown does not.
Relation StepRunner::assert_that(const Step& step, const Relation& relation) {
  auto test = evaluate(step, *step.test, relation);
  if (!unreadable_.empty()) return again(step, relation);
  std::vector<Aside> broken;
  for (uint32_t row = 0; row < relation.rows; ++row)
    if (test.is_valid(row) && !test.at<uint8_t>(row))
      broken.push_back({row, step.says, word(step.kind), none});
  bool goes_on =
      step.severity == record::Severity::warning || step.severity == record::Severity::info;
  if (!goes_on) set_aside(relation, broken, step.severity, "assert");
  for (const auto& row : broken) {
    const auto& part = relation.parts[base_of(relation.parts, row.row)];
    if (goes_on && part.rows[row.row] != none)
      state_.output.findings.push_back({part.stream, part.rows[row.row], 0, row.field, row.says,
                                        false, step.severity, "assert"});
  }
  return goes_on ? relation : without(relation, broken);
}

Relation StepRunner::unnest(const Step& step, const Relation& relation) {
  auto list = evaluate(step, *step.test, relation);
  if (!unreadable_.empty()) return again(step, relation);
  std::vector<uint32_t> from;
  std::vector<Text> items;
  for (uint32_t row = 0; row < relation.rows; ++row) {
    if (is_null(list, row)) continue;
    for (uint32_t i = row ? list.ends[row - 1] : 0; i < list.ends[row]; ++i) {
      from.push_back(row);
      items.push_back(static_cast<const Text*>(list.values)[i]);
    }
  }
  auto count = static_cast<uint32_t>(from.size());
  auto out = select(relation, from.data(), count, step.is_needed, state_.arena);
  auto* texts = state_.arena.many<Text>(count);
  std::copy(items.begin(), items.end(), texts);
  Column column;
  column.values = texts;
  out.columns.push_back(column);
  return out;
}

Relation StepRunner::set(const Step& step, const Relation& relation) {
  std::vector<Column> added;
  if (!step.sets.empty())
    step.sets[0].program->begin(relation.columns, relation.rows, state_.arena);
  auto first = step.columns.size() - step.sets.size();
  for (std::size_t i = 0; i < step.sets.size(); ++i) {
    if (i > 0 && step.sets[i].program != step.sets[0].program)
      step.sets[i].program->begin(relation.columns, relation.rows, state_.arena);
    added.push_back(value_of(step, step.sets[i], step.columns[first + i].name));
  }
  if (!unreadable_.empty()) return again(step, relation);
  auto out = relation;
  out.columns.insert(out.columns.end(), added.begin(), added.end());
  return out;
}

Relation StepRunner::unpivot(const Step& step, const Relation& relation) {
  auto columns = static_cast<uint32_t>(step.taken.size());
  std::vector<uint32_t> from;
  std::vector<uint32_t> which;
  for (uint32_t row = 0; row < relation.rows; ++row)
    for (uint32_t c = 0; c < columns; ++c)
      if (!is_null(relation.columns[step.taken[c]], row)) {
        from.push_back(row);
        which.push_back(c);
      }
  auto count = static_cast<uint32_t>(from.size());
  auto out = select(relation, from.data(), count, step.is_needed, state_.arena);
  auto* labels = state_.arena.many<Text>(count);
  for (uint32_t i = 0; i < count; ++i) labels[i] = record::text(step.labels[which[i]]);
  Column label;
  label.values = labels;
  out.columns.push_back(label);
  // The chosen column's value: all of them one behind the other, then picked.
  Column all;
  for (uint32_t c = 0; c < columns; ++c)
    all = append(all, c * relation.rows, relation.columns[step.taken[c]], relation.rows,
                 state_.arena);
  for (uint32_t i = 0; i < count; ++i) from[i] += which[i] * relation.rows;
  out.columns.push_back(gather(all, from.data(), count, state_.arena));
  return out;
}

Relation StepRunner::unite(const Step& step, const Relation& relation) {
  const auto& other = table(step.other);
  Relation out;
  out.rows = relation.rows + other.rows;
  for (std::size_t c = 0; c < relation.columns.size(); ++c) {
    auto theirs = step.other_columns[c] == none ? Column{} : other.columns[step.other_columns[c]];
    out.columns.push_back(
        append(relation.columns[c], relation.rows, theirs, other.rows, state_.arena));
  }
  auto padded = [&](const uint32_t* values, uint32_t before, uint32_t rows, uint32_t after) {
    auto* all = state_.arena.many<uint32_t>(before + rows + after);
    std::fill_n(all, before, none);
    std::copy_n(values, rows, all + before);
    std::fill_n(all + before + rows, after, none);
    return all;
  };
  auto spread = [&](const Relation& half, uint32_t before, uint32_t after) {
    for (const auto& part : half.parts)
      out.parts.push_back({part.stream, padded(part.rows, before, half.rows, after)});
    for (const auto& fold : half.folded)
      out.folded.push_back(
          {fold.from, fold.is_base, padded(fold.group_of, before, half.rows, after)});
  };
  spread(relation, 0, other.rows);
  spread(other, relation.rows, 0);
  return out;
}

}  // namespace homeroom::map
