#include "hub/flow/intake.hpp"

#include <algorithm>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "hub/keys/keys.hpp"
#include "hub/map/map.hpp"

namespace homeroom::flow {

namespace {

constexpr char unit_separator = '\x1f';

uint64_t fold_key(uint64_t before, std::string_view cell) {
  return XXH3_64bits_withSeed(cell.data(), cell.size(), before + 1);
}

bool is_gone(const record::Batch& batch, uint32_t row) {
  return !batch.is_gone.empty() && batch.is_gone[row] != 0;
}

bool is_filled(const record::Column& column, uint32_t row) {
  return column.values && column.is_valid(row) && !column.text_at(row).empty();
}

}  // namespace

uint32_t space_id(std::string_view space) {
  return XXH32(space.data(), space.size(), 0);
}

uint64_t key_hash(const std::vector<uint32_t>& key_columns,
                  const std::vector<record::Column>& columns, uint32_t row) {
  uint64_t hash = 0;
  for (auto key : key_columns) {
    bool is_there = columns[key].values && columns[key].is_valid(row);
    hash = fold_key(hash, is_there ? columns[key].text_at(row).view() : std::string_view{});
  }
  return hash;
}

namespace {

/// Visits the key cells of a row in the order of the key.
template <class Visit>
void each_key_cell(const std::vector<uint32_t>& key_columns, std::string_view cells, Visit visit) {
  std::vector<record::Text> texts;
  CellReader reader(cells);
  auto last = *std::ranges::max_element(key_columns);
  for (uint32_t i = 0; i <= last; ++i) {
    record::Text text;
    texts.push_back(reader.next(text) ? text : record::Text{});
  }
  for (auto key : key_columns) visit(texts[key].view());
}

}  // namespace

uint64_t key_hash(const std::vector<uint32_t>& key_columns, std::string_view cells) {
  uint64_t hash = 0;
  each_key_cell(key_columns, cells, [&](std::string_view cell) { hash = fold_key(hash, cell); });
  return hash;
}

std::string key_text(const std::vector<uint32_t>& key_columns, std::string_view cells) {
  std::string text;
  each_key_cell(key_columns, cells, [&](std::string_view cell) {
    if (!text.empty()) text += unit_separator;
    text += cell;
  });
  return text;
}

uint64_t key_hash(std::string_view joined_key) {
  uint64_t hash = 0;
  for (std::size_t from = 0; from <= joined_key.size();) {
    auto end = std::min(joined_key.find(unit_separator, from), joined_key.size());
    hash = fold_key(hash, joined_key.substr(from, end - from));
    from = end + 1;
  }
  return hash;
}

namespace {

std::string place_and_reason(const record::SetAside& aside) {
  auto line = aside.line == 0 ? "" : ':' + std::to_string(aside.line);
  return aside.file + line + (aside.file.empty() ? "" : ": ") + aside.why;
}

}  // namespace

Intake::Intake(const settings::Source& source, const map::Mapping& mapping, keys::KeyRing& keys,
               NodeTable& nodes, FileNames& files, RunMemory& memory, uint32_t run)
    : source_(source),
      mapping_(mapping),
      keys_(keys),
      nodes_(nodes),
      files_(files),
      run_(run),
      kept_(memory) {
  for (const auto& erasure : keys.erasures(0))
    if (erasure.token != 0 && erasure.unit == keys::Unit::frame) forgotten_.insert(erasure.token);
}

void Intake::read(extract::SourcePlan& plan, Pulse& pulse) {
  for (auto& stream_plan : plan.streams) {
    auto& stream = streams_.emplace_back();
    stream.plan = std::move(stream_plan);
    const auto& reads = mapping_.reads()[stream.plan.wanted];
    stream.counts.stream = reads.stream;
    stream.is_reference = stream.plan.info.role == plugin::Role::reference;
    stream.space = space_id(stream.plan.info.space);
    stream.filled = Filled(stream.plan.columns);
  }
  for (auto& stream : streams_)
    if (stream.plan.is_offered) read_stream(stream, pulse);
  hang_rows();
  for (const auto& offer : plan.removals) read_removals(offer, pulse);
  drop_doubles();
}

void Intake::read_stream(StreamRead& stream, Pulse& pulse) {
  auto index = static_cast<uint32_t>(&stream - streams_.data());
  auto take = [&](const record::Batch& batch, const std::string& file) {
    this->take(stream, index, batch, file);
    pulse.step(batch.rows);
  };
  mends_.begin(index, stream.counts.stream, stream.plan.columns, stream.plan.key);
  kept_.begin(can_be_seen_again(stream));
  stream.end = extract::read(stream.plan, stream.plan.since, pulse.cancel(), take);
  kept_.end();
  stream.is_read = true;
  stream.sweeps = extract::may_sweep(stream.plan, stream.end, source_.may_delete_settled);
  stream.counts.complete = stream.end.is_complete;
  stream.counts.proof = extract::word(stream.end.proof);
  if (!stream.end.is_complete && !stream.end.asides.empty())
    stream.counts.stopped_at = place_and_reason(stream.end.asides.back());
  if (stream.plan.mode != plugin::Mode::full) read_again(stream, index);
  if (stream.plan.lists_keys && stream.end.is_complete) list_keys(stream, index, pulse);
  for (auto& aside : stream.end.asides) {
    ++stream.counts.read;
    if (!aside.key.empty()) stream.unreadable.insert(key_hash(aside.key));
    asides_.push_back({index, std::move(aside)});
  }
  stream.end.asides.clear();
}

/// Changes say nothing of the rows they do not show, and stored cells that lie otherwise are not
/// those that were read.
SeenAgain* Intake::can_be_seen_again(StreamRead& stream) const {
  bool is_whole = stream.plan.mode == plugin::Mode::full && !stream.is_reference;
  if (!kept_.compares() || !is_whole) return nullptr;
  auto now = layout_of(stream.counts.stream, stream.plan);
  bool lie_so = std::ranges::find(*published_layouts_, now) != published_layouts_->end();
  return lie_so ? &stream.seen : nullptr;
}

void Intake::take(StreamRead& stream, uint32_t index, const record::Batch& batch,
                  const std::string& file) {
  scratch_.reset();
  auto columns = batch.columns;
  mapping_.apply_nulls(stream.plan.wanted, columns, batch.rows, scratch_);
  mends_.apply(index, columns, batch.rows, scratch_);
  stream.counts.read += batch.rows;
  stream.filled.add(columns, batch.rows);
  choose(stream, index, batch, columns, file);
  if (!stream.is_reference) {
    find_nodes(stream.space, columns[stream.plan.subject]);
    refuse_forgotten(stream);
  }
  auto from = files_.number_of(file);
  for (const auto& [row, node] : chosen_) {
    kept_.next(node);
    RowRef ref;
    ref.stream = static_cast<uint16_t>(index);
    ref.key = key_hash(stream.plan.key, columns, row);
    ref.is_gone = is_gone(batch, row);
    ref.node = node;
    Origin origin{run_, from, 0, batch.first_record + row};
    if (auto place = batch.place(row); place.line != 0)
      origin = {run_, from, place.line, place.offset};
    ref.row = write_row(kept_.memory(), columns, row, origin).bytes();
    if (stream.is_reference)
      stream.reference_rows.push_back(ref);
    else
      kept_.add(ref);
  }
}

/// Records set aside before that a person wants read again and that tonight's changes do not bring,
/// neither so nor otherwise.
void Intake::read_again(StreamRead& stream, uint32_t index) {
  record::Arena cells;
  for (const auto* mend : mends_.waiting(index)) {
    const auto& what = mend->aside->what;
    std::vector<record::Text> texts(mend->cells.size());
    std::vector<uint8_t> valid(mend->cells.size());
    record::Batch batch;
    batch.rows = 1;
    batch.columns.resize(mend->cells.size());
    for (std::size_t c = 0; c < mend->cells.size(); ++c) {
      valid[c] = mend->cells[c].has_value();
      if (valid[c]) texts[c] = cells.keep(*mend->cells[c]);
      batch.columns[c].values = &texts[c];
      batch.columns[c].valid = &valid[c];
    }
    batch.first_record = what.record;
    auto line = static_cast<int64_t>(what.line), offset = static_cast<int64_t>(what.offset);
    batch.lines = &line;
    batch.offsets = &offset;
    auto key = key_hash(stream.plan.key, batch.columns, 0);
    bool is_newer_here =
        std::ranges::find(stream.reference_rows, key, &RowRef::key) != stream.reference_rows.end();
    kept_.rows().each(
        [&](const RowRef& row) { is_newer_here |= row.stream == index && row.key == key; });
    if (!is_newer_here) take(stream, index, batch, what.file);
  }
}

/// A list that does not prove to be whole ends no record, and the report says so.
void Intake::list_keys(StreamRead& stream, uint32_t index, Pulse& pulse) {
  KeyList list;
  bool has_empty = false;
  auto end = extract::read_keys(
      stream.plan, pulse.cancel(), [&](const record::Batch& batch, const std::string&) {
        scratch_.reset();
        auto columns = batch.columns;
        mapping_.apply_nulls(stream.plan.wanted, columns, batch.rows, scratch_);
        for (uint32_t row = 0; row < batch.rows; ++row) {
          has_empty |= std::ranges::any_of(stream.plan.key,
                                           [&](auto key) { return !is_filled(columns[key], row); });
          if (!is_gone(batch, row)) list.add(key_hash(stream.plan.key, columns, row));
        }
      });
  const char* why = nullptr;
  if (!end)
    why = "ask_for_keys: it cannot list the keys of its records";
  else if (!end->is_complete || end->has_unknown_aside || has_empty)
    why = "the list of its keys is not complete";
  else if (!extract::proves_all(*end, source_.may_delete_settled))
    why = "the list of its keys does not prove that it is complete";
  if (why) {
    stream.counts.complete = false;
    stream.counts.stopped_at = why;
    return;
  }
  for (const auto* read : {&*end, &stream.end})
    for (const auto& aside : read->asides)
      if (!aside.key.empty()) list.add(key_hash(aside.key));
  // What the changes just brought, or what a person mended, is there whatever the list calls it.
  kept_.rows().each([&](const RowRef& row) {
    if (row.stream == index) list.add(row.key);
  });
  for (const auto& row : stream.reference_rows) list.add(row.key);
  for (auto key : mends_.keys(index)) list.add(key);
  list.finish();
  stream.listed = std::move(list);
}

/// The rows that say which record they are and whose; the others are set aside.
void Intake::choose(StreamRead& stream, uint32_t index, const record::Batch& batch,
                    const std::vector<record::Column>& columns, const std::string& file) {
  chosen_.clear();
  for (uint32_t row = 0; row < batch.rows; ++row) {
    const auto& key = stream.plan.key;
    auto empty = std::ranges::find_if(key, [&](auto at) { return !is_filled(columns[at], row); });
    if (empty != key.end()) {
      set_aside(stream, index, batch, columns, row, file, stream.plan.columns[*empty],
                "the key is empty");
    } else if (!stream.is_reference && !is_filled(columns[stream.plan.subject], row) &&
               !is_gone(batch, row)) {
      set_aside(stream, index, batch, columns, row, file, stream.plan.columns[stream.plan.subject],
                "it does not say whose record it is");
    } else {
      chosen_.push_back({row, stream.is_reference ? 0 : NodeTable::none});
    }
  }
}

/// Hangs the chosen rows on the nodes of their subjects; a removal may not say whose it is.
void Intake::find_nodes(uint32_t space, const record::Column& subject) {
  tokens_.clear();
  std::string_view last;  // rows of one subject mostly stand together
  for (auto& [row, node] : chosen_) {
    if (!is_filled(subject, row)) continue;
    auto value = subject.text_at(row).view();
    if (tokens_.empty() || value != last) tokens_.push_back(keys_.token(space, value));
    last = value;
    node = static_cast<uint32_t>(tokens_.size() - 1);
  }
  if (nodes_.asks()) {
    for (auto& [row, node] : chosen_)
      if (node != NodeTable::none) node += static_cast<uint32_t>(asked_.size());
    asked_.insert(asked_.end(), tokens_.begin(), tokens_.end());
    return;
  }
  nodes_.find_or_add(tokens_, found_);
  for (auto& [row, node] : chosen_)
    if (node != NodeTable::none) node = found_[node];
}

/// Where the store is asked, all at once, so that none of its pages is asked for twice.
void Intake::hang_rows() {
  if (!nodes_.asks()) {
    rows_ = kept_.rows().sorted();
    return;
  }
  nodes_.find_or_add(asked_, found_);
  rows_ = kept_.rows().sorted_by(found_);
  std::vector<uint64_t>().swap(asked_);
}

void Intake::refuse_forgotten(StreamRead& stream) {
  if (forgotten_.empty()) return;
  stream.counts.refused += std::erase_if(chosen_, [&](const Chosen& chosen) {
    return chosen.node != NodeTable::none && forgotten_.contains(token_of(chosen.node));
  });
}

void Intake::set_aside(StreamRead& stream, uint32_t index, const record::Batch& batch,
                       const std::vector<record::Column>& columns, uint32_t row,
                       const std::string& file, const std::string& field, const std::string& why) {
  record::SetAside aside;
  aside.stream = stream.counts.stream;
  aside.file = file;
  aside.record = batch.first_record + row;
  auto place = batch.place(row);
  aside.line = place.line;
  aside.offset = place.offset;
  aside.field = field;
  aside.why = why;
  aside.bytes = write_row(kept_.memory(), columns, row, {}).cells();
  aside.columns = stream.plan.columns;
  stream.end.has_unknown_aside = true;  // nobody can say which record it is
  asides_.push_back({index, std::move(aside)});
}

void Intake::read_removals(const extract::Offer& offer, Pulse& pulse) {
  extract::StreamPlan plan;
  plan.is_offered = true;
  plan.instance = offer.instance;
  plan.info = offer.info;
  plan.columns = {offer.info.subject};
  plan.key = {0};
  plan.mode = plugin::Mode::changes;
  auto& stream = streams_.emplace_back();
  stream.counts.stream = offer.info.name;
  stream.is_read = true;
  auto space = space_id(mapping_.spaces()[mapping_.student_space()]);
  stream.end =
      extract::read(plan, "", pulse.cancel(), [&](const record::Batch& batch, const std::string&) {
        stream.counts.read += batch.rows;
        stream.counts.removals += batch.rows;
        for (uint32_t row = 0; row < batch.rows; ++row)
          if (is_filled(batch.columns[0], row)) {
            auto node = nodes_.find(keys_.token(space, batch.columns[0].text_at(row).view()));
            if (node != NodeTable::none) removed_.push_back(node);
          }
      });
  stream.plan = std::move(plan);
  stream.counts.complete = stream.end.is_complete;
  stream.counts.proof = extract::word(stream.end.proof);
}

void Intake::drop_doubles() {
  auto is_double = [](const RowRef& a, const RowRef& b) {
    return a.key == b.key && a.stream == b.stream && a.node == b.node;
  };
  std::vector<RowRef> kept;
  bool has_doubles = std::ranges::adjacent_find(rows_, is_double) != rows_.end();
  if (!has_doubles) return;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (i + 1 == rows_.size() || !is_double(rows_[i], rows_[i + 1]))
      kept.push_back(rows_[i]);
    else
      set_double_aside(rows_[i], StoredRow(rows_[i].row).origin(), rows_[i + 1]);
  }
  rows_ = std::move(kept);
}

void Intake::set_double_aside(const RowRef& ref, const Origin& origin, const RowRef& next_ref) {
  StoredRow row(ref.row);
  record::SetAside aside;
  aside.stream = streams_[ref.stream].counts.stream;
  aside.file = files_.name(origin.file);
  aside.line = origin.line;
  aside.offset = origin.offset;
  auto next = StoredRow(next_ref.row).origin();
  aside.why = next.line ? "the record of line " + std::to_string(next.line)
                        : "record " + std::to_string(next.record());
  aside.why += " has the same key";
  aside.record = origin.record();
  aside.bytes = std::string(row.cells());
  const auto& plan = streams_[ref.stream].plan;
  aside.columns = plan.columns;
  aside.key = key_text(plan.key, row.cells());
  asides_.push_back({ref.stream, std::move(aside)});
}

void Intake::forget_rows() {
  std::vector<RowRef>().swap(rows_);
  for (auto& stream : streams_) decltype(stream.reference_rows)().swap(stream.reference_rows);
  kept_.memory().forget();
}

std::vector<record::Column> decode(const std::vector<const RowRef*>& rows, std::size_t columns,
                                   record::Arena& arena) {
  std::vector<record::Text*> texts(columns);
  std::vector<uint8_t*> valid(columns);
  std::vector<record::Column> out(columns);
  for (std::size_t c = 0; c < columns; ++c) {
    texts[c] = arena.many<record::Text>(rows.size());
    valid[c] = arena.many<uint8_t>(rows.size());
    out[c].values = texts[c];
    out[c].valid = valid[c];
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    CellReader reader(StoredRow(rows[r]->row).cells());
    for (std::size_t c = 0; c < columns; ++c) {
      valid[c][r] = reader.next(texts[c][r]);
      if (!valid[c][r]) texts[c][r] = record::Text{};
    }
  }
  return out;
}

}  // namespace homeroom::flow
