#include "hub/map/standing.hpp"

#include <algorithm>
#include <numeric>

#include "hub/map/far_tables.hpp"
#include "hub/map/ranges.hpp"

namespace homeroom::map {

namespace {

class Slicer {
 public:
  explicit Slicer(const Plan& plan) : plan_(plan), is_whole_(plan.tables.size()) {
    made_.slicing.stands.assign(plan.reads.size(), 0);
    made_.slicing.is_sliced.assign(plan.reads.size(), 0);
  }

  SlicePlan plan() {
    for (const auto& entity : plan_.entities) {
      if (!is_by_row_alone(entity.table)) stand({true, entity.table});
      stand_others(entity.table);
    }
    for (const auto& entity : plan_.entities) {
      auto streams = static_cast<uint32_t>(plan_.reads.size());
      auto root = root_of(entity.table);
      made_.driver.push_back(is_whole_[entity.table] ? streams + entity.table : root);
      if (!is_whole_[entity.table]) made_.slicing.is_sliced[root] = 1;
    }
    return std::move(made_);
  }

 private:
  bool is_by_row_alone(uint32_t table) const {
    const auto& of = plan_.tables[table];
    return std::ranges::all_of(of.steps, is_by_row) &&
           (!of.from.is_table || is_by_row_alone(of.from.index));
  }

  uint32_t root_of(uint32_t table) const {
    Origin origin = plan_.tables[table].from;
    while (origin.is_table) origin = plan_.tables[origin.index].from;
    return origin.index;
  }

  /// All rows of it are needed at once, and whatever they are made of.
  void stand(Origin origin) {
    if (!origin.is_table) {
      made_.slicing.stands[origin.index] = 1;
      return;
    }
    if (is_whole_[origin.index]) return;
    is_whole_[origin.index] = 1;
    stand_others(origin.index);
    stand(plan_.tables[origin.index].from);
  }

  /// What the steps of a table look at beside its own rows.
  void stand_others(uint32_t table) {
    const auto& of = plan_.tables[table];
    for (const auto& step : of.steps) {
      if (step.kind == Step::Kind::join) stand(step.join.target);
      if (step.kind == Step::Kind::union_with) stand({true, step.other});
    }
    if (of.from.is_table) stand_others(of.from.index);
  }

  const Plan& plan_;
  std::vector<uint8_t> is_whole_;  ///< by table
  SlicePlan made_;
};

}  // namespace

SlicePlan plan_slices(const Plan& plan) {
  return Slicer(plan).plan();
}

Relation rows_of(const Slice& slice, const Table& table, record::Arena& arena) {
  Relation relation;
  relation.rows = slice.first + slice.rows;
  relation.columns = slice.of->columns;
  relation.columns.resize(table.from_columns.size());
  relation = range_of(relation, slice.first, slice.rows, arena);
  auto* rows = arena.many<uint32_t>(slice.rows);
  std::iota(rows, rows + slice.rows, slice.first);
  relation.parts.push_back({slice.driver, rows});
  return relation;
}

Standing::Standing(const Plan& plan, Block given, std::size_t most_bytes)
    : block(std::move(given)),
      allowance(record::allowance(most_bytes)),
      arena(256 << 10, allowance),
      state{plan, block, arena, output, {}, {}} {
  for (const auto& stream : block.streams) output.fates.emplace_back(stream.rows, Fate::filtered);
  state.tables.resize(plan.tables.size());
  state.is_made.assign(plan.tables.size(), 0);
  output.step_rows.assign(plan.steps.size(), 0);
}

Standing::~Standing() = default;

record::Arena& Standing::one_more_arena() {
  return more_arenas.emplace_back(256 << 10, allowance);
}

}  // namespace homeroom::map
