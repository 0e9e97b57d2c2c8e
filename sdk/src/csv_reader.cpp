#include <algorithm>
#include <cstring>

#include "csv_columns.hpp"
#include "csv_rows.hpp"

#include "homeroom/csv.hpp"
#include "homeroom/error.hpp"

namespace homeroom {

using csv::BadRow;
using csv::Cells;
using csv::Rows;
using csv::Wanted;

namespace {

constexpr char between_cells = '\x1F';

}  // namespace

struct CsvReader::Work {
  Work(const Host& with, std::unique_ptr<CsvInput> input, CsvOptions how, const Read& what);

  void declare(Batch& batch);
  bool belongs(uint32_t at_row) const;
  bool find_row();
  uint32_t rows_that_fit() const;
  void emit(uint32_t count, Batch& batch);
  void emit_column(uint32_t column, uint32_t first, TextColumn& to, Batch& batch);
  void emit_removals(uint32_t first);
  bool removes(std::string_view cell) const;
  void set_aside(const BadRow& row);
  std::string key_of(const BadRow& row) const;
  std::string bytes_of(const BadRow& row) const;
  TextView undoubled(std::string_view cell, Batch& batch) const;

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
  Cells cells;            // of the rows being emitted
  mutable Cells one_row;  // of a row that is looked at
  uint32_t row = 0;       // the next one of this chunk
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
    auto found =
        csv::choose(rows.header(), {options.removal->column}, options.any_case, options.place);
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

bool CsvReader::Work::belongs(uint32_t at_row) const {
  if (!only_column) return true;
  rows.cut(at_row, 1, one_row);
  return one_row.at(rows.bytes(), 0, *only_column) == options.only->value;
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

// A quote inside a quoted cell stands there twice.
TextView CsvReader::Work::undoubled(std::string_view cell, Batch& batch) const {
  char* plain = batch.arena(static_cast<uint32_t>(cell.size()));
  uint32_t size = 0;
  for (size_t k = 0; k < cell.size(); ++k) {
    plain[size++] = cell[k];
    if (cell[k] == options.quote) ++k;
  }
  return text_view(plain, size, 1, batch.arena_offset());
}

// All columns of 64 rows, then of the next 64: so the marks and the bytes of those rows are fetched
// once and not for each column.
void CsvReader::Work::emit(uint32_t count, Batch& batch) {
  for (uint32_t first = 0; first < count; first += Cells::most_rows) {
    rows.cut(row + first, std::min(count - first, Cells::most_rows), cells);
    for (size_t i = 0; i < wanted.size(); ++i)
      emit_column(wanted[i].column, first, *columns[i], batch);
    if (op) emit_removals(first);
  }
}

void CsvReader::Work::emit_column(uint32_t column, uint32_t first, TextColumn& to, Batch& batch) {
  TextView* views = to.views.data() + first;
  to.set_valid(first, cells.rows(), cells.view(column, rows.bytes(), rows.begin(row), views));
  for (uint32_t i = 0; rows.doubled_quotes() && i < cells.rows(); ++i)
    if (auto cell = cells.at(rows.bytes(), i, column);
        cells.is_quoted(rows.bytes(), options.quote, i, column) &&
        cell.find(options.quote) != cell.npos)
      views[i] = undoubled(cell, batch);
}

bool CsvReader::Work::removes(std::string_view cell) const {
  if (options.removal->when == Removal::When::filled) return !cell.empty();
  return csv::same_name(cell, options.removal->value, true);
}

void CsvReader::Work::emit_removals(uint32_t first) {
  constexpr TextView upsert{1 | uint64_t{'u'} << 32, 0}, gone{1 | uint64_t{'d'} << 32, 0};
  bool always = options.removal->when == Removal::When::always;
  TextView* views = op->views.data() + first;
  std::fill_n(views, cells.rows(), always ? gone : upsert);
  if (always || !removal_column) return;
  for (uint32_t i = 0; i < cells.rows(); ++i)
    if (auto cell = cells.at(rows.bytes(), i, *removal_column); !cell.empty() && removes(cell))
      views[i] = gone;
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
  work.emit(count, batch);
  work.rows.places(first, count, work.line->values.data(), work.offset->values.data());
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

std::string CsvReader::version() {
  return work_->rows.input().version();
}

std::vector<std::string> csv_header(std::unique_ptr<CsvInput> input, const CsvOptions& options) {
  return Rows(std::move(input), options).header();
}

}  // namespace homeroom
