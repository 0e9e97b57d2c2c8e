// The part of FarTables that folds rows: groups, distinct rows and pivots.
#include <algorithm>
#include <numeric>

#include "hub/map/far_tables.hpp"
#include "hub/map/far_working.hpp"
#include "hub/map/growing_group.hpp"
#include "hub/map/ranges.hpp"

namespace homeroom::map {

FarTables::Rows FarTables::fold(const Step& step, Rows rows) {
  auto fold = fates_.begin_fold();
  auto made = folded(step, std::move(rows), fold, 0);
  fates_.end_fold(fold);
  return made;
}

FarTables::Rows FarTables::folded(const Step& step, Rows rows, uint32_t fold, int depth) {
  if (fits(*rows)) return fold_at_once(step, rows, fold);
  auto parts = parted(rows, parts_for(*rows, scratch_), depth, keys_of_columns(step.by), &step.by,
                      false, scratch_);
  rows.reset();
  std::vector<Rows> runs;
  for (auto& part : parts) {
    if (part.rows->rows() == 0) continue;
    bool is_least = part.is_one_key || depth == most_depth;
    runs.push_back(is_least && !fits(*part.rows)
                       ? fold_in_parts(step, part.rows, fold)
                       : folded(step, std::exchange(part.rows, nullptr), fold, depth + 1));
    part.rows.reset();
  }
  return merged(std::move(runs), false, scratch_);
}

FarTables::Rows FarTables::fold_at_once(const Step& step, const Rows& rows, uint32_t fold) {
  record::Arena arena;
  Working working(plan_, arena);
  auto made = working.steps.run(step, rows->whole(arena, true));
  auto& folded = made.folded.front();
  auto first = fates_.groups(fold);
  fates_.add_groups(fold, folded.from->groups);
  fates_.add_rows(fold, first, *folded.from);
  fates_.take(working.output.far_fates);
  std::vector<uint32_t> group_of(folded.group_of, folded.group_of + made.rows);
  for (auto& group : group_of) group += first;
  folded = {fates_.stand_in(fold), true, group_of.data()};
  FarWriter writer(scratch_, RowShape::of(made, step.columns, step.is_needed));
  writer.add(made, numbers_of(made));
  return writer.finish();
}

/// One key with more rows than fit: what was made of those before stands for them.
FarTables::Rows FarTables::fold_in_parts(const Step& step, const Rows& rows, uint32_t fold) {
  bool is_distinct = step.kind == Step::Kind::distinct;
  GrowingGroup growing(step, std::max<uint64_t>(scratch_.budget() / 4, 1 << 20));
  auto first = fates_.groups(fold);
  std::optional<FarWriter> writer;
  auto write = [&](const Relation& made) {
    if (!writer) writer.emplace(scratch_, RowShape::of(made, step.columns, step.is_needed));
    writer->add(made, numbers_of(made));
  };
  record::Arena chunk;
  FarRange range(rows);
  while (range.next(rows_at_once, chunk_bytes())) {
    chunk.reset();
    Working working(plan_, chunk);
    StepRunner::Measurable found{range.relation(chunk, true), {}};
    if (!is_distinct) found = working.steps.measurable(step, found.rows);
    const std::vector<uint32_t>* into = nullptr;
    try {
      into = &growing.add(found.rows, found.values);
    } catch (const record::ArenaIsFull&) {
      refuse(step, "the values of one group");
    }
    fates_.take(working.output.far_fates);
    fates_.add_rows(fold, first,
                    {found.rows.parts, found.rows.folded, found.rows.rows, growing.groups(),
                     into->data(), no_row});
    if (!is_distinct) continue;
    const auto& began = growing.began();
    auto made = select(found.rows, began.data(), static_cast<uint32_t>(began.size()),
                       step.is_needed, chunk);
    std::vector<uint32_t> group_of;
    for (auto row : began) group_of.push_back(first + (*into)[row]);
    made.folded = {{fates_.stand_in(fold), true, group_of.data()}};
    write(made);
  }
  fates_.add_groups(fold, growing.groups());
  if (is_distinct) return writer->finish();
  std::vector<std::vector<uint8_t>> is_too_large;
  auto made = growing.take(is_too_large);
  std::vector<uint32_t> group_of(made.rows);
  std::iota(group_of.begin(), group_of.end(), first);
  made.folded = {{fates_.stand_in(fold), true, group_of.data()}};
  chunk.reset();
  Working working(plan_, chunk);
  made = working.steps.without_too_large(step, std::move(made), is_too_large);
  fates_.take(working.output.far_fates);
  write(made);
  return writer->finish();
}

}  // namespace homeroom::map
