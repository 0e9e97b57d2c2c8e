// The part of FarTables that joins: what is looked up is parted by its keys until each part fits.
#include <algorithm>

#include "hub/map/far_tables.hpp"
#include "hub/map/far_working.hpp"
#include "hub/map/ranges.hpp"

namespace homeroom::map {

namespace {

constexpr std::size_t most_runs = 64;  ///< that are merged at once

/// What cannot be read finds nothing; the join itself sets it aside.
KeysOf keys_of_values(const Join& join) {
  return [&join](const Relation& rows, record::Arena& arena) {
    std::vector<record::Column> keys;
    for (const auto& value : join.values) {
      value.program->begin(rows.columns, rows.rows, arena);
      keys.push_back(value.program->run(value.compiled.id));
    }
    return keys;
  };
}

std::vector<uint32_t> columns_of(const Join& join) {
  std::vector<uint32_t> columns;
  for (const auto& value : join.values)
    columns.insert(columns.end(), value.compiled.columns.begin(), value.compiled.columns.end());
  return columns;
}

}  // namespace

FarTables::Rows FarTables::join(const Step& step, Rows rows) {
  auto target = rows_of(step.join.target);
  auto all = target->rows();
  return joined(step, std::move(rows), std::move(target), all, 0);
}

FarTables::Rows FarTables::joined(const Step& step, Rows left, Rows right, uint64_t all_right,
                                  int depth) {
  if (fits(*right)) return join_part(step, left, right, all_right, depth > 0);
  auto parts = parts_for(*right, scratch_);
  auto right_parts = parted(right, parts, depth, keys_of_columns(step.join.target_columns),
                            &step.join.target_columns, true, scratch_);
  right.reset();
  auto columns = columns_of(step.join);
  auto left_parts =
      parted(left, parts, depth, keys_of_values(step.join), &columns, false, scratch_);
  left.reset();
  std::vector<Rows> runs;
  for (uint32_t i = 0; i < parts; ++i) {
    auto theirs = std::exchange(right_parts[i].rows, nullptr);
    auto ours = std::exchange(left_parts[i].rows, nullptr);
    if (ours->rows() == 0 && (i + 1 < parts || !runs.empty())) continue;
    if (ours->rows() == 0) theirs = FarWriter(scratch_, theirs->shape()).finish();
    bool is_least = right_parts[i].is_one_key || depth == most_depth;
    runs.push_back(is_least && !fits(*theirs)
                       ? join_one_key(step, ours, theirs, all_right)
                       : joined(step, std::move(ours), std::move(theirs), all_right, depth + 1));
  }
  return merged(std::move(runs), depth == 0, scratch_);
}

/// More rows of one key than fit: they are joined some at a time, which merging puts behind each
/// other.
FarTables::Rows FarTables::join_one_key(const Step& step, const Rows& left, const Rows& right,
                                        uint64_t all_right) {
  record::Arena held, chunk;
  FarRange first(right);
  first.next(1, SIZE_MAX);
  auto one = first.relation(held);
  std::vector<const record::Column*> key;
  for (auto column : step.join.target_columns) key.push_back(&one.columns[column]);
  RowIndex index(key, 1);
  auto matches = [&](const FarRange& range, const KeysOf& keys_of,
                     const std::vector<uint32_t>& columns) {
    chunk.reset();
    auto relation = range.relation(chunk, false, &columns);
    auto values = keys_of(relation, chunk);
    std::vector<const record::Column*> keys;
    for (const auto& value : values) keys.push_back(&value);
    std::vector<uint32_t> found(relation.rows);
    index.find_all(keys, relation.rows, found.data());
    return found;
  };
  for (FarRange range(right); range.next(rows_at_once, chunk_bytes());)
    if (std::ranges::count(
            matches(range, keys_of_columns(step.join.target_columns), step.join.target_columns),
            none) > 0)
      refuse(step, "rows of " + step.join.target_name + " that cannot be parted by their keys");
  FarWriter with(scratch_, left->shape()), without(scratch_, left->shape());
  auto columns = columns_of(step.join);
  for (FarRange range(left); range.next(rows_at_once, chunk_bytes());) {
    auto found = matches(range, keys_of_values(step.join), columns);
    for (uint32_t row = 0; row < range.rows(); ++row)
      (found[row] == none ? without : with).add(range.row(row));
  }
  auto ours = with.finish();
  std::vector<Rows> runs{join_part(step, without.finish(),
                                   FarWriter(scratch_, right->shape()).finish(), all_right, true)};
  // One more than may match says as much as all.
  auto most_rows = step.join.is_many ? rows_at_once : 2;
  for (FarRange range(right); range.next(most_rows, scratch_.budget() / 4);) {
    FarWriter some(scratch_, right->shape());
    for (uint32_t row = 0; row < range.rows(); ++row) some.add(range.row(row));
    runs.push_back(join_part(step, ours, some.finish(), all_right, true));
    if (runs.size() == most_runs) runs = {merged(std::move(runs), false, scratch_)};
    if (!step.join.is_many) break;
  }
  return merged(std::move(runs), false, scratch_);
}

FarTables::Rows FarTables::join_part(const Step& step, const Rows& left, const Rows& right,
                                     uint64_t all_right, bool is_part) {
  Lookups lookups;
  record::Arena held, chunk;
  lookups.know(
      step.join, [&] { return right->whole(held); }, all_right);
  std::optional<FarWriter> writer;
  FarRange range(left);
  bool is_first = true;
  while (range.next(rows_at_once, chunk_bytes()) || is_first) {
    is_first = false;
    chunk.reset();
    run({&step, &step + 1}, range.relation(chunk, is_part), &lookups, [&](const Relation& made) {
      if (!writer) writer.emplace(scratch_, RowShape::of(made, step.columns, step.is_needed));
      writer->add(made, numbers_of(made));
    });
  }
  return writer->finish();
}

}  // namespace homeroom::map
