#include "hub/map/far_tables.hpp"

#include <algorithm>
#include <numeric>

#include "homeroom/error.hpp"
#include "hub/map/far_parts.hpp"
#include "hub/map/growing_group.hpp"
#include "hub/map/ranges.hpp"

namespace homeroom::map {

using record::Column;

namespace {

/// By another hash each time: what is together after so many is one key, or made to have equal
/// hashes.
constexpr int most_depth = 24;
constexpr std::size_t most_runs = 64;    ///< that are merged at once
constexpr std::size_t index_bytes = 28;  ///< of a RowIndex, a row

RowShape shape_of(const Reads& reads, uint32_t stream) {
  RowShape shape;
  shape.types.assign(reads.columns.size(), record::Type::text);
  shape.is_carried.assign(reads.columns.size(), 1);
  shape.streams = {stream};
  return shape;
}

const uint32_t* numbers_of(const Relation& relation) {
  for (const auto& part : relation.parts)
    if (part.stream == numbers_stream) return part.rows;
  return nullptr;
}

KeysOf keys_of_columns(const std::vector<uint32_t>& columns) {
  return [columns](const Relation& rows, record::Arena&) {
    std::vector<Column> keys;
    for (auto column : columns) keys.push_back(rows.columns[column]);
    return keys;
  };
}

/// What cannot be read finds nothing; the join itself sets it aside.
KeysOf keys_of_values(const Join& join) {
  return [&join](const Relation& rows, record::Arena& arena) {
    std::vector<Column> keys;
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

/// What one thread makes of some rows.
struct Working {
  Working(const Plan& plan, record::Arena& arena, const Lookups* lookups = nullptr)
      : state{plan, block, arena, output, {}, {}, nullptr, nullptr, lookups},
        steps(state, indexes) {
    output.fates.resize(plan.reads.size());
  }
  Block block;
  Output output;
  BlockState state;
  ReferenceIndexes indexes;
  StepRunner steps;
};

}  // namespace

FarTables::FarTables(const Plan& plan, const SlicePlan& slices, record::Scratch& scratch)
    : plan_(plan),
      slices_(slices),
      scratch_(scratch),
      fates_(scratch, static_cast<uint32_t>(plan.reads.size())),
      passes_(plan.reads.size(), 0) {
  for (uint32_t s = 0; s < plan.reads.size(); ++s)
    streams_.emplace_back().writing =
        std::make_unique<FarWriter>(scratch, shape_of(plan.reads[s], s));
}

void FarTables::add(uint32_t stream, const StreamRows& rows) {
  auto& to = streams_[stream];
  Relation relation;
  relation.rows = rows.rows;
  relation.columns = rows.columns;
  std::vector<uint32_t> numbers(rows.rows);
  std::iota(numbers.begin(), numbers.end(), to.writing->rows());
  relation.parts.push_back({stream, numbers.data()});
  to.writing->add(relation);
  to.ends.push_back(to.writing->rows());
}

FarTables::Rows FarTables::stream(uint32_t index) {
  auto& of = streams_[index];
  if (!of.rows) of.rows = of.writing->finish();
  of.writing.reset();
  return of.rows;
}

uint32_t FarTables::rows(uint32_t driver) {
  auto streams = static_cast<uint32_t>(plan_.reads.size());
  return driver < streams ? stream(driver)->rows() : table(driver - streams)->rows();
}

void FarTables::make(Lookups& lookups, record::Arena& arena) {
  for (std::size_t e = 0; e < plan_.entities.size(); ++e)
    if (is_of_table(e)) table(plan_.entities[e].table);
  plan_lookups(lookups, arena);
}

void FarTables::joins_of(uint32_t table, std::vector<const Join*>& joins) const {
  const auto& of = plan_.tables[table];
  for (const auto& step : of.steps)
    if (step.kind == Step::Kind::join) joins.push_back(&step.join);
  if (of.from.is_table) joins_of(of.from.index, joins);
}

/// Half of the budget is for what streams look up as they pass.
void FarTables::plan_lookups(Lookups& lookups, record::Arena& arena) {
  uint64_t used = 0;
  for (uint32_t s = 0; s < plan_.reads.size(); ++s) {
    if (slices_.slicing.stands[s] || !slices_.slicing.is_sliced[s]) continue;
    std::vector<const Join*> joins;
    for (std::size_t e = 0; e < plan_.entities.size(); ++e)
      if (slices_.driver[e] == s) joins_of(plan_.entities[e].table, joins);
    uint64_t more = 0;
    for (const auto* join : joins) {
      auto target = rows_of(join->target);
      more += index_bytes * target->rows() + (lookups.has(*join) ? 0 : target->memory());
    }
    passes_[s] = used + more <= scratch_.budget() / 2;
    if (!passes_[s]) continue;
    used += more;
    for (const auto* join : joins) {
      auto target = rows_of(join->target);
      lookups.know(
          *join, [&] { return target->whole(arena); }, target->rows());
    }
  }
}

FarTables::Rows FarTables::table(uint32_t index) {
  if (auto made = tables_.find(index); made != tables_.end()) return made->second;
  const auto& table = plan_.tables[index];
  auto rows = rows_of(table.from);
  const auto* end = table.steps.data() + table.steps.size();
  for (const auto* step = table.steps.data(); step != end;) {
    uint64_t found = 0;
    const auto* last = step;
    for (; last != end && is_by_row(*last); ++last) {
      if (last->kind != Step::Kind::join) continue;
      auto target = rows_of(last->join.target);
      found += target->memory() + index_bytes * target->rows();
      if (found > scratch_.budget() / 4) break;
    }
    if (last != step) {
      rows = by_row({step, last}, std::move(rows));
      step = last;
      continue;
    }
    switch (step->kind) {
      case Step::Kind::join:
        rows = join(*step, std::move(rows));
        break;
      case Step::Kind::union_with:
        rows = unite(*step, std::move(rows));
        break;
      default:
        rows = fold(*step, std::move(rows));
    }
    ++step;
  }
  return tables_[index] = rows;
}

std::size_t FarTables::chunk_bytes() const {
  return std::max<uint64_t>(scratch_.budget() / 16, 4096);
}

/// Where rows become too many for memory, fewer of them are run at a time.
void FarTables::run(Steps steps, const Relation& rows, const Lookups* lookups, const Take& take) {
  record::Arena arena(256 << 10, std::max<uint64_t>(scratch_.budget() / 2, 4 << 20));
  uint32_t at_once = std::max(rows.rows, 1u);
  for (uint32_t first = 0;;) {
    auto count = std::min(at_once, rows.rows - first);
    arena.reset();
    Working working(plan_, arena, lookups);
    try {
      auto made = range_of(rows, first, count, arena);
      for (const auto* step = steps.first; step != steps.last; ++step)
        made = working.steps.run(*step, std::move(made));
      fates_.take(working.output.far_fates);
      take(made);
    } catch (const record::ArenaIsFull&) {
      if (count <= 1) refuse(*steps.first, "what becomes of one row");
      at_once = count / 2;
      continue;
    }
    first += count;
    if (first >= rows.rows) return;
  }
}

FarTables::Rows FarTables::by_row(Steps steps, Rows rows) {
  Lookups lookups;
  record::Arena held, chunk;
  for (const auto* step = steps.first; step != steps.last; ++step)
    if (step->kind == Step::Kind::join) {
      auto target = rows_of(step->join.target);
      lookups.know(
          step->join, [&] { return target->whole(held); }, target->rows());
    }
  std::optional<FarWriter> writer;
  const auto& last = *(steps.last - 1);
  FarRange range(std::move(rows));
  bool is_first = true;
  while (range.next(rows_at_once, chunk_bytes()) || is_first) {
    is_first = false;
    chunk.reset();
    run(steps, range.relation(chunk), &lookups, [&](const Relation& made) {
      if (!writer) writer.emplace(scratch_, RowShape::of(made, last.columns, last.is_needed));
      writer->add(made);
    });
  }
  return writer->finish();
}

FarTables::Rows FarTables::unite(const Step& step, Rows rows) {
  auto other = table(step.other);
  RowShape shape;
  for (const auto& column : step.columns) shape.types.push_back(column.type);
  shape.is_carried = step.is_needed;
  for (const auto& half : {rows, other}) {
    shape.streams.insert(shape.streams.end(), half->shape().streams.begin(),
                         half->shape().streams.end());
    shape.folded.insert(shape.folded.end(), half->shape().folded.begin(),
                        half->shape().folded.end());
  }
  FarWriter writer(scratch_, shape);
  record::Arena chunk;
  auto put = [&](const Rows& half, bool is_other) {
    FarRange range(half);
    while (range.next(rows_at_once, chunk_bytes())) {
      chunk.reset();
      auto read = range.relation(chunk);
      auto* nothing = chunk.many<uint32_t>(read.rows);
      std::fill_n(nothing, read.rows, none);
      Relation made;
      made.rows = read.rows;
      for (std::size_t c = 0; c < step.columns.size(); ++c) {
        auto from = is_other ? step.other_columns[c] : static_cast<uint32_t>(c);
        made.columns.push_back(from == none ? Column{} : read.columns[from]);
      }
      // The other half's parts and folds say nothing here.
      auto parts_before = is_other ? rows->shape().streams.size() : 0;
      for (std::size_t p = 0; p < shape.streams.size(); ++p)
        made.parts.push_back({shape.streams[p], p - parts_before < read.parts.size()
                                                    ? read.parts[p - parts_before].rows
                                                    : nothing});
      auto folds_before = is_other ? rows->shape().folded.size() : 0;
      for (std::size_t f = 0; f < shape.folded.size(); ++f) {
        made.folded.push_back(shape.folded[f]);
        made.folded.back().group_of = f - folds_before < read.folded.size()
                                          ? read.folded[f - folds_before].group_of
                                          : nothing;
      }
      writer.add(made);
    }
  };
  put(rows, false);
  put(other, true);
  return writer.finish();
}

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
  std::vector<const Column*> key;
  for (auto column : step.join.target_columns) key.push_back(&one.columns[column]);
  RowIndex index(key, 1);
  auto matches = [&](const FarRange& range, const KeysOf& keys_of,
                     const std::vector<uint32_t>& columns) {
    chunk.reset();
    auto relation = range.relation(chunk, false, &columns);
    auto values = keys_of(relation, chunk);
    std::vector<const Column*> keys;
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

bool FarTables::next_slice(uint32_t driver, uint32_t most_rows, std::vector<FarSlice>& slice) {
  auto streams = static_cast<uint32_t>(plan_.reads.size());
  bool is_stream = driver < streams;
  auto [found, is_new] = drives_.try_emplace(driver);
  auto& drive = found->second;
  if (is_new) {
    for (std::size_t e = 0; e < plan_.entities.size(); ++e) {
      auto of = plan_.entities[e].table;
      auto is_there = [&](const auto& table) { return table.first == of; };
      if (slices_.driver[e] != driver || std::ranges::any_of(drive.tables, is_there)) continue;
      drive.tables.emplace_back(of, FarReader(table(of)));
      drive.has_row.push_back(drive.tables.back().second.next());
    }
  }
  auto all = rows(driver);
  bool meant_to_pass = is_stream && !slices_.slicing.stands[driver];
  const auto& ends = meant_to_pass ? streams_[driver].ends : std::vector<uint32_t>();
  auto first = drive.slices * most_rows;
  if (meant_to_pass ? drive.slices == ends.size() : first >= all) return false;
  auto end = meant_to_pass ? ends[drive.slices] : std::min<uint64_t>(first + most_rows, all);
  ++drive.slices;
  slice.resize(drive.tables.size());
  for (std::size_t t = 0; t < slice.size(); ++t) {
    auto& [table, reader] = drive.tables[t];
    auto& into = slice[t];
    into.table = table;
    into.rows = 0;
    into.bytes.clear();
    for (; drive.has_row[t] &&
           (is_stream ? first_part_of(reader.row()) < end : into.rows < most_rows);
         ++into.rows) {
      into.bytes += reader.row();
      drive.has_row[t] = reader.next();
    }
    into.bytes.reserve(into.bytes.size() + record::readable_behind);
  }
  return true;
}

Relation FarTables::relation(const FarSlice& slice, record::Arena& arena) {
  return relation_of(slice.bytes, slice.rows, tables_.at(slice.table)->shape(), arena);
}

void FarTables::refuse(const Step& step, const std::string& says) const {
  throw Error(Next::fix_settings,
              step.place.file + ":" + std::to_string(step.place.line) + ":" +
                  std::to_string(step.place.column) + ": " + word(step.kind) + ": " + says +
                  " need more memory than the budget of " +
                  std::to_string(scratch_.budget() >> 20) +
                  " MiB leaves; give more with --memory, or make the key finer");
}

}  // namespace homeroom::map
