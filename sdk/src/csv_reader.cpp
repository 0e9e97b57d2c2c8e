#include <algorithm>
#include <cstring>

#include "csv_columns.hpp"
#include "csv_rows.hpp"

#include "homeroom/csv.hpp"
#include "homeroom/error.hpp"

namespace homeroom {

using csv::BadRow;
using csv::Rows;
using csv::Wanted;

namespace {

constexpr char between_cells = '\x1F';

struct Cell {
  const char* from;
  uint32_t size;
  bool quoted;
};

}  // namespace

struct CsvReader::Work {
  Work(const Host& with, std::unique_ptr<CsvInput> input, CsvOptions how, const Read& what);

  void declare(Batch& batch);
  bool belongs(uint32_t at_row) const;
  bool find_row();
  uint32_t rows_that_fit() const;
  void emit_column(uint32_t column, uint32_t count, TextColumn& to, Batch& batch) const;
  void emit_places(uint32_t count);
  void emit_removals(uint32_t count);
  bool removes(std::string_view cell) const;
  void set_aside(const BadRow& row);
  std::string key_of(const BadRow& row) const;
  std::string bytes_of(const BadRow& row) const;
  template <bool quotes>
  Cell cell(uint32_t row, uint32_t column) const;
  template <bool quotes>
  void emit(uint32_t column, uint32_t count, TextColumn& to, Batch& batch) const;

  Host host;
  CsvOptions options;
  Rows rows;
  std::vector<Wanted> wanted;
  std::vector<uint32_t> keys;
  std::optional<uint32_t> removal_column, only_column;
  uint32_t max_rows, max_bytes;
  Mode mode;
  std::vector<TextColumn*> columns;
  IntegerColumn *line = nullptr, *offset = nullptr;
  TextColumn* op = nullptr;
  uint32_t row = 0;  // the next one of this chunk
  uint64_t asides = 0, skipped = 0;
};

CsvReader::Work::Work(const Host& with, std::unique_ptr<CsvInput> input, CsvOptions how,
                      const Read& what)
    : host(with),
      options(std::move(how)),
      rows(std::move(input), options),
      max_rows(what.max_rows),
      max_bytes(what.max_bytes),
      mode(what.mode) {
  if (rows.empty_file()) return;
  wanted = csv::choose(rows.header(), what.columns, options.any_case, options.place);
  for (auto& name : options.key) {
    auto column = csv::find_column(rows.header(), name, options.any_case);
    if (!column) break;
    keys.push_back(*column);
  }
  if (keys.size() != options.key.size()) keys.clear();
  if (options.removal && !options.removal->column.empty()) {
    auto found = csv::choose(rows.header(), {options.removal->column}, options.any_case, options.place);
    if (!found.empty()) removal_column = found[0].column;
  }
  if (options.only)
    only_column =
        csv::choose(rows.header(), {options.only->column}, options.any_case, options.place)[0]
            .column;
  rows.on_bad_row = [this](const BadRow& bad) { set_aside(bad); };
}

void CsvReader::Work::declare(Batch& batch) {
  columns.clear();
  for (auto& column : wanted) columns.push_back(&batch.add_text(column.name));
  line = &batch.add_integer("_line");
  offset = &batch.add_integer("_offset");
  if (options.removal) op = &batch.add_text("_op");
}

template <bool quotes>
Cell CsvReader::Work::cell(uint32_t at_row, uint32_t column) const {
  const char* bytes = rows.bytes();
  const uint32_t* end = rows.ends() + size_t{at_row} * rows.width() + column;
  uint32_t from = column ? end[-1] + 1 : rows.begin(at_row), to = *end;
  if (bytes[to] == '\n' && to > from && bytes[to - 1] == '\r') --to;
  if (quotes && to - from >= 2 && bytes[from] == options.quote)
    return {bytes + from + 1, to - from - 2, true};
  return {bytes + from, to - from, false};
}

bool CsvReader::Work::belongs(uint32_t at_row) const {
  if (!only_column) return true;
  Cell found = cell<true>(at_row, *only_column);
  return std::string_view(found.from, found.size) == options.only->value;
}

// Goes to the next row that belongs to this read; false at the end of the file.
bool CsvReader::Work::find_row() {
  for (;; ++row, ++skipped) {
    if (row >= rows.count()) {
      if (!rows.advance()) return false;
      row = 0;
    }
    if (belongs(row)) return true;
  }
}

// A batch ends where the asked bounds are reached or where a row was left out, so that its rows'
// records are numbered without a gap.
uint32_t CsvReader::Work::rows_that_fit() const {
  uint32_t count = std::min(rows.count() - row, max_rows);
  uint64_t first = rows.record(row);
  while (count > 1 && rows.record(row + count - 1) - first != count - 1) count = (count + 1) / 2;
  for (uint32_t i = 1; only_column && i < count; ++i)
    if (!belongs(row + i)) count = i;
  auto bytes = [&](uint32_t n) {
    uint64_t text = rows.last(row + n - 1) - rows.begin(row);
    return 2 * text + uint64_t{n} * (16 * wanted.size() + 40) + 4096;
  };
  while (count > 1 && bytes(count) > max_bytes) count /= 2;
  return count;
}

template <bool quotes>
void CsvReader::Work::emit(uint32_t column, uint32_t count, TextColumn& to, Batch& batch) const {
  const char* base = rows.bytes() + rows.begin(row);
  TextView* views = to.views.data();
  for (uint32_t i = 0; i < count; ++i) {
    Cell found = cell<quotes>(row + i, column);
    if (found.size == 0) {
      to.set_null(i);
      continue;
    }
    if (found.quoted && std::memchr(found.from, options.quote, found.size)) {
      char* plain = batch.arena(found.size);
      uint32_t size = 0;
      for (uint32_t k = 0; k < found.size; ++k) {
        plain[size++] = found.from[k];
        if (found.from[k] == options.quote) ++k;
      }
      views[i] = text_view(plain, size, 1, batch.arena_offset());
    } else {
      views[i] = text_view(found.from, found.size, 0, static_cast<uint32_t>(found.from - base));
    }
  }
}

void CsvReader::Work::emit_column(uint32_t column, uint32_t count, TextColumn& to,
                                  Batch& batch) const {
  if (rows.quotes())
    emit<true>(column, count, to, batch);
  else
    emit<false>(column, count, to, batch);
}

void CsvReader::Work::emit_places(uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    line->values[i] = static_cast<int64_t>(rows.line(row + i));
    offset->values[i] = static_cast<int64_t>(rows.offset(row + i));
  }
}

bool CsvReader::Work::removes(std::string_view cell) const {
  if (options.removal->when == Removal::When::filled) return !cell.empty();
  return csv::same_name(cell, options.removal->value, true);
}

void CsvReader::Work::emit_removals(uint32_t count) {
  constexpr TextView upsert{1 | uint64_t{'u'} << 32, 0}, gone{1 | uint64_t{'d'} << 32, 0};
  bool always = options.removal->when == Removal::When::always;
  for (uint32_t i = 0; i < count; ++i) {
    bool is_gone = always;
    if (removal_column && !always) {
      Cell found = cell<true>(row + i, *removal_column);
      is_gone = removes({found.from, found.size});
    }
    op->views[i] = is_gone ? gone : upsert;
  }
}

// In a row with too few or too many cells nobody knows which column a cell belongs to. A key that
// stands first in the file is believed; anything else could be another column's value.
std::string CsvReader::Work::key_of(const BadRow& bad) const {
  bool uneven = bad.bad_cell == std::string::npos;
  std::string key;
  for (size_t i = 0; i < keys.size(); ++i) {
    bool stands_first = keys[i] < keys.size();
    if (keys[i] >= bad.cells.size() || keys[i] == bad.bad_cell || (uneven && !stands_first))
      return {};
    std::string part = csv::unquoted(bad.cells[keys[i]], options.quote);
    if (part.empty()) return {};
    key += (i ? std::string(1, between_cells) : "") + part;
  }
  return key;
}

// The wanted cells in the file's order, with U+001F between them. Of a row with too many cells only
// those before the first unwanted column: they hold nothing of a later column. Of a row with too
// few none.
std::string CsvReader::Work::bytes_of(const BadRow& bad) const {
  std::vector<bool> is_wanted(rows.header().size());
  for (auto& column : wanted) is_wanted[column.column] = true;
  bool uneven = bad.bad_cell == std::string::npos;
  bool all = std::ranges::all_of(is_wanted, [](bool yes) { return yes; });
  if (uneven && !all && bad.cells.size() < is_wanted.size()) return {};
  std::string bytes;
  bool is_first = true;
  for (size_t i = 0; i < bad.cells.size(); ++i) {
    bool here = uneven && all ? true : i < is_wanted.size() && is_wanted[i];
    if (uneven && !here) break;
    if (!here || bad.cells[i].size() > HR_MAX_CELL) continue;
    if (!is_first) bytes += between_cells;
    is_first = false;
    bytes += bad.cells[i];
  }
  return bytes;
}

void CsvReader::Work::set_aside(const BadRow& bad) {
  ++asides;
  Aside aside;
  aside.record = bad.record;
  aside.line = bad.line;
  aside.offset = bad.offset;
  aside.place = options.place;
  if (bad.bad_cell != std::string::npos) aside.field = rows.header()[bad.bad_cell];
  aside.why = bad.why;
  aside.bytes = bytes_of(bad);
  aside.key = key_of(bad);
  host.set_aside(aside);
}

CsvReader::CsvReader(const Host& host, std::unique_ptr<CsvInput> input, CsvOptions options,
                     const Read& what)
    : work_(std::make_unique<Work>(host, std::move(input), std::move(options), what)) {}

CsvReader::~CsvReader() = default;

void CsvReader::next(Batch& batch) {
  Work& work = *work_;
  work.host.stop_if_asked();
  if (!batch.declared()) work.declare(batch);
  if (!work.find_row()) return;
  uint32_t count = work.rows_that_fit(), first = work.row;
  batch.resize(count);
  batch.borrow({work.rows.bytes() + work.rows.begin(first),
                work.rows.last(first + count - 1) - work.rows.begin(first)});
  for (size_t i = 0; i < work.wanted.size(); ++i)
    work.emit_column(work.wanted[i].column, count, *work.columns[i], batch);
  work.emit_places(count);
  if (work.op) work.emit_removals(count);
  batch.first_record = work.rows.record(first);
  batch.place = work.options.place;
  work.row += count;
  work.host.progress(work.rows.offset(first), 0);
}

End CsvReader::end() {
  Work& work = *work_;
  End end;
  auto not_complete = [&](const std::string& why) {
    work.host.warn(work.options.place + " " + why + ": it counts as not complete");
    return end;
  };
  if (work.rows.empty_file()) return not_complete("is empty, without even a header");
  end.records = work.rows.records_seen() - work.skipped;
  end.set_aside = work.asides;
  if (std::string doubt = work.rows.input().doubt(); !doubt.empty()) return not_complete(doubt);
  if (end.records == 0 && !work.options.may_be_empty && work.mode != Mode::changes)
    return not_complete("has a header and no record");
  end.complete = true;
  end.proof = work.rows.input().proof();
  return end;
}

std::vector<std::string> csv_header(std::unique_ptr<CsvInput> input, const CsvOptions& options) {
  return Rows(std::move(input), options).header();
}

}  // namespace homeroom
