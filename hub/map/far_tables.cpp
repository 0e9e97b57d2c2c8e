#include "hub/map/far_tables.hpp"

#include <algorithm>
#include <numeric>

#include "homeroom/error.hpp"
#include "hub/map/far_working.hpp"
#include "hub/map/ranges.hpp"

namespace homeroom::map {

using record::Column;

namespace {

constexpr std::size_t index_bytes = 28;  ///< of a RowIndex, a row

RowShape shape_of(const Reads& reads, uint32_t stream) {
  RowShape shape;
  shape.types.assign(reads.columns.size(), record::Type::text);
  shape.is_carried.assign(reads.columns.size(), 1);
  shape.streams = {stream};
  return shape;
}

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
  record::Arena arena(256 << 10,
                      record::allowance(std::max<uint64_t>(scratch_.budget() / 2, 4 << 20)));
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
