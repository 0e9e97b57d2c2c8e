#include "hub/map/steps.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "hub/map/measure.hpp"

namespace homeroom::map {

using record::Column;
using record::Text;

void raise(Output& output, uint32_t stream, uint32_t row, Fate fate) {
  if (row == none) return;
  auto& now = output.fates[stream][row];
  now = std::max(now, fate);
}

const Relation& StepRunner::table(uint32_t index) {
  if (!state_.is_made[index]) {
    const auto& table = state_.plan.tables[index];
    auto relation = from(table);
    auto* rows = &state_.output.step_rows[table.first_step];
    *rows = relation.rows;
    for (const auto& step : table.steps) {
      if (state_.watch) state_.watch->before_step(index, static_cast<uint32_t>(&step - table.steps.data()), relation);
      relation = run(step, std::move(relation));
      *++rows = relation.rows;
    }
    state_.tables[index] = std::move(relation);
    state_.is_made[index] = 1;
  }
  return state_.tables[index];
}

Relation StepRunner::from(const Table& table) {
  if (table.from.is_table) return this->table(table.from.index);
  const auto& stream = state_.block.streams[table.from.index];
  Relation relation;
  relation.rows = stream.rows;
  relation.columns = stream.columns;
  relation.columns.resize(table.from_columns.size());
  auto* rows = state_.arena.many<uint32_t>(stream.rows);
  for (uint32_t i = 0; i < stream.rows; ++i) rows[i] = i;
  relation.parts.push_back({table.from.index, rows});
  return relation;
}

Relation StepRunner::run(const Step& step, Relation relation) {
  switch (step.kind) {
    case Step::Kind::where: return keep_where(step, relation);
    case Step::Kind::join: return join(step, relation);
    case Step::Kind::unnest: return unnest(step, relation);
    case Step::Kind::set: return set(step, std::move(relation));
    case Step::Kind::distinct: return distinct(step, relation);
    case Step::Kind::union_with: return unite(step, relation);
    case Step::Kind::group: return group(step, relation);
    case Step::Kind::refuse: return refuse(step, relation);
  }
  return relation;
}

Column StepRunner::evaluate(const Expression& expression, const Relation& relation) {
  expression.program->begin(relation.columns, relation.rows, state_.arena);
  return expression.program->run(expression.compiled.id);
}

Relation StepRunner::keep_where(const Step& step, const Relation& relation) {
  auto test = evaluate(*step.test, relation);
  auto* kept = state_.arena.many<uint32_t>(relation.rows);
  uint32_t count = 0;
  for (uint32_t row = 0; row < relation.rows; ++row) {
    kept[count] = row;
    count += test.is_valid(row) && test.at<uint8_t>(row);
  }
  return select(relation, kept, count, step.is_needed, state_.arena);
}

Relation StepRunner::refuse(const Step& step, const Relation& relation) {
  auto test = evaluate(*step.test, relation);
  auto* kept = state_.arena.many<uint32_t>(relation.rows);
  uint32_t count = 0;
  uint64_t refused = 0;
  for (uint32_t row = 0; row < relation.rows; ++row) {
    if (test.is_valid(row) && test.at<uint8_t>(row)) {
      ++refused;
      raise(state_.output, relation.parts[0].stream, relation.parts[0].rows[row], Fate::refused);
    } else {
      kept[count++] = row;
    }
  }
  if (refused > 0) state_.output.refusals.push_back({relation.parts[0].stream, step.why, refused});
  return select(relation, kept, count, step.is_needed, state_.arena);
}

Relation StepRunner::target(const Join& join) {
  if (join.target.is_table) return table(join.target.index);
  Table whole;
  whole.from = join.target;
  whole.from_columns.resize(state_.plan.reads[join.target.index].columns.size());
  return from(whole);
}

void StepRunner::note_uses(const Join& join, const Relation& relation,
                           const std::vector<const Column*>& values) {
  const auto& base = relation.parts[0];
  if (state_.plan.shapes[base.stream].is_reference) return;
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
    if (is_whole && base.rows[row] != none)
      state_.output.uses.push_back({base.stream, base.rows[row], reference_token(stream, key)});
  }
}

Relation StepRunner::join(const Step& step, const Relation& relation) {
  const auto& join = step.join;
  auto target = this->target(join);
  std::vector<Column> held;
  held.reserve(join.values.size());
  std::vector<const Column*> values;
  for (const auto& value : join.values) held.push_back(evaluate(value, relation));
  for (const auto& value : held) values.push_back(&value);
  std::vector<const Column*> keys;
  for (auto column : join.target_columns) keys.push_back(&target.columns[column]);
  if (join.is_reference) note_uses(join, relation, values);

  std::unique_ptr<RowIndex> own;
  const RowIndex* index = nullptr;
  if (join.is_reference) {
    auto& entry = indexes_.by_step[&step];
    if (!entry.index || entry.values != keys[0]->values || entry.rows != target.rows)
      entry = {keys[0]->values, target.rows, std::make_unique<RowIndex>(keys, target.rows)};
    index = entry.index.get();
  } else {
    own = std::make_unique<RowIndex>(keys, target.rows);
    index = own.get();
  }

  std::vector<uint32_t> left;
  std::vector<uint32_t> right;
  left.reserve(relation.rows);
  right.reserve(relation.rows);
  auto aside = [&](uint32_t row, const std::string& says) {
    const auto& base = relation.parts[0];
    raise(state_.output, base.stream, base.rows[row], Fate::set_aside);
    state_.output.findings.push_back({base.stream, base.rows[row], 0, join.target_name, says, true});
  };
  for (uint32_t row = 0; row < relation.rows; ++row) {
    auto match = index->find(values, row);
    if (match == none) {
      if (join.unmatched == Unmatched::keep) {
        left.push_back(row);
        right.push_back(none);
      } else if (join.unmatched == Unmatched::set_aside) {
        aside(row, "no row of " + join.target_name + " belongs to it");
      }
      continue;
    }
    if (index->next(match) != none && !join.is_many) {
      aside(row, "more than one row of " + join.target_name + " belongs to it");
      continue;
    }
    for (; match != none; match = index->next(match)) {
      left.push_back(row);
      right.push_back(match);
    }
  }
  auto count = static_cast<uint32_t>(left.size());
  auto out = select(relation, left.data(), count, step.is_needed, state_.arena);
  for (std::size_t c = 0; c < target.columns.size(); ++c) {
    bool is_needed = step.is_needed[relation.columns.size() + c];
    out.columns.push_back(is_needed ? gather(target.columns[c], right.data(), count, state_.arena) : Column{});
  }
  for (const auto& part : target.parts)
    out.parts.push_back({part.stream, gather_rows(part.rows, right.data(), count, state_.arena)});
  for (const auto& fold : target.folded)
    out.folded.push_back({fold.from, gather_rows(fold.group_of, right.data(), count, state_.arena)});
  return out;
}

Relation StepRunner::unnest(const Step& step, const Relation& relation) {
  auto list = evaluate(*step.test, relation);
  std::vector<uint32_t> from;
  std::vector<Text> items;
  for (uint32_t row = 0; row < relation.rows; ++row) {
    if (!list.values || !list.is_valid(row)) continue;
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

Relation StepRunner::set(const Step& step, Relation relation) {
  std::vector<Column> added;
  for (const auto& expression : step.sets) added.push_back(evaluate(expression, relation));
  relation.columns.insert(relation.columns.end(), added.begin(), added.end());
  return relation;
}

/// For each row the number of its group, in the order of first rows; returns the first rows.
std::vector<uint32_t> StepRunner::fold(const std::vector<uint32_t>& by, const Relation& relation,
                                       uint32_t* into) {
  std::vector<const Column*> keys;
  for (auto column : by) keys.push_back(&relation.columns[column]);
  RowIndex index(keys, relation.rows);
  std::vector<uint32_t> firsts;
  for (uint32_t row = 0; row < relation.rows; ++row) {
    auto first = index.find(keys, row);
    if (first == none) first = row;  // a null among the keys: a group of its own
    if (first == row) {
      into[row] = static_cast<uint32_t>(firsts.size());
      firsts.push_back(row);
    } else {
      into[row] = into[first];
    }
  }
  return firsts;
}

/// What a relation's rows become when they fold into `groups` others.
Folded StepRunner::folded(const Relation& relation, const uint32_t* into, uint32_t groups) {
  auto* each = state_.arena.many<uint32_t>(groups);
  std::iota(each, each + groups, 0u);
  return {std::make_shared<const Gathered>(Gathered{relation.parts, relation.folded, relation.rows, groups, into}),
          each};
}

Relation StepRunner::distinct(const Step& step, const Relation& relation) {
  auto* into = state_.arena.many<uint32_t>(relation.rows);
  auto firsts = fold(step.by, relation, into);
  auto out = select(relation, firsts.data(), static_cast<uint32_t>(firsts.size()), step.is_needed, state_.arena);
  out.folded = {folded(relation, into, out.rows)};
  return out;
}

Relation StepRunner::group(const Step& step, const Relation& relation) {
  auto* into = state_.arena.many<uint32_t>(relation.rows);
  auto firsts = fold(step.by, relation, into);
  auto count = static_cast<uint32_t>(firsts.size());
  Relation out;
  out.rows = count;
  for (auto column : step.by) out.columns.push_back(gather(relation.columns[column], firsts.data(), count, state_.arena));
  for (const auto& measure : step.measures) {
    Column values;
    if (measure.value) values = evaluate(*measure.value, relation);
    out.columns.push_back(take_measure(measure.kind, measure.value ? &values : nullptr, into, relation.rows,
                                       count, state_.arena));
  }
  for (const auto& part : relation.parts)
    out.parts.push_back({part.stream, gather_rows(part.rows, firsts.data(), count, state_.arena)});
  out.folded = {folded(relation, into, count)};
  return out;
}

Relation StepRunner::unite(const Step& step, const Relation& relation) {
  const auto& other = table(step.other);
  Relation out;
  out.rows = relation.rows + other.rows;
  for (std::size_t c = 0; c < relation.columns.size(); ++c) {
    auto theirs = step.other_columns[c] == none ? Column{} : other.columns[step.other_columns[c]];
    out.columns.push_back(append(relation.columns[c], relation.rows, theirs, other.rows, state_.arena));
  }
  auto padded = [&](const uint32_t* values, uint32_t before, uint32_t rows, uint32_t after) {
    auto* all = state_.arena.many<uint32_t>(before + rows + after);
    std::fill_n(all, before, none);
    std::copy_n(values, rows, all + before);
    std::fill_n(all + before + rows, after, none);
    return all;
  };
  auto spread = [&](const std::vector<Part>& parts, uint32_t before, uint32_t rows, uint32_t after) {
    for (const auto& part : parts) out.parts.push_back({part.stream, padded(part.rows, before, rows, after)});
  };
  spread(relation.parts, 0, relation.rows, other.rows);
  spread(other.parts, relation.rows, other.rows, 0);
  auto spread_folded = [&](const std::vector<Folded>& folded, uint32_t before, uint32_t rows, uint32_t after) {
    for (const auto& fold : folded) out.folded.push_back({fold.from, padded(fold.group_of, before, rows, after)});
  };
  spread_folded(relation.folded, 0, relation.rows, other.rows);
  spread_folded(other.folded, relation.rows, other.rows, 0);
  return out;
}

}  // namespace homeroom::map
