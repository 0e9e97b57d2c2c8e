#include "hub/flow/contribute.hpp"

#include <algorithm>

#include "hub/flow/place_sort.hpp"
#include "hub/keys/keys.hpp"
#include "hub/map/map.hpp"
#include "hub/record/doubt.hpp"
#include "hub/record/json.hpp"

namespace homeroom::flow {

Contributor::Contributor(const record::Model& model, map::Mapping& mapping, keys::KeyRing& keys,
                         const NodeTable& nodes, const FileNames& files, Intake& intake,
                         LiveSet& live, validate::Validator& validator, Spill& said,
                         const std::string& source)
    : model_(model),
      mapping_(mapping),
      keys_(keys),
      nodes_(nodes),
      files_(files),
      intake_(intake),
      live_(live),
      validator_(validator),
      all_said_(said),
      source_(source),
      student_space_(space_id(mapping.spaces()[mapping.student_space()])),
      student_entity_(*model.find(record::student_entity)) {
  references_.resize(mapping.reads().size());
  block_rows_.resize(mapping.reads().size());
}

void Contributor::forget_rows() {
  decltype(references_)().swap(references_);
  decltype(uses_)().swap(uses_);
}

void Contributor::know(uint32_t stream, std::vector<RowRef> rows) {
  references_[stream].know(std::move(rows), intake_.streams()[stream].plan.columns.size(), kept_);
}

void Contributor::look_up_in(uint32_t stream, ReferencePages pages) {
  const auto& plan = intake_.streams()[stream].plan;
  references_[stream].look_up_in(std::move(pages), plan.key.front(), static_cast<uint16_t>(stream),
                                 plan.columns.size());
}

const map::StreamRows& Contributor::with(uint32_t stream,
                                         const std::vector<std::string_view>& keys) {
  auto& reference = references_[stream];
  return reference.is_looked_up() ? reference.with(keys, kept_) : reference.columns();
}

void Contributor::run(Pulse& pulse) {
  bool makes_reference_rows = !standing_keys_;
  if (standing_keys_) count_standing();
  for (const auto& block : live_.blocks()) {
    run_block(block, makes_reference_rows);
    uint64_t rows = 0;
    for (const auto& of_stream : block_rows_) rows += of_stream.size();
    pulse.step(rows);
    makes_reference_rows = false;
  }
  // Other reference rows must be known even on a night on which no child has to be mapped again.
  if (makes_reference_rows) run_block({}, true);
  for (uint32_t stream = 0; stream < references_.size(); ++stream)
    if (intake_.streams()[stream].is_reference) count_reference(stream);
  if (!std::ranges::is_sorted(uses_)) std::ranges::sort(uses_);
  scratch_.forget();
  for (auto& reference : references_) reference.forget_columns();
  kept_.forget();
}

void Contributor::let_references_stand(ReferenceWords words, std::function<NameableKeys()> keys) {
  words_ = std::move(words);
  standing_keys_ = std::move(keys);
}

void Contributor::count_standing() {
  for (std::size_t stream = 0; stream < words_.rows_out.size(); ++stream)
    intake_.streams()[stream].counts.rows_out += words_.rows_out[stream];
  if (live_.blocks().empty()) return;
  for (auto& [entity, hashes] : standing_keys_()) validator_.know(entity, std::move(hashes));
}

NameableKeys Contributor::nameable_keys() const {
  NameableKeys keys;
  validator_.each_known([&](record::EntityId entity, std::vector<uint64_t> hashes) {
    keys.emplace(entity, std::move(hashes));
  });
  return keys;
}

void Contributor::run_block(const std::vector<uint32_t>& indexes, bool makes_reference_rows) {
  scratch_.reset();
  for (auto& rows : block_rows_) rows.clear();
  for (auto index : indexes)
    for (auto& row : live_.rows_of(live_.nodes()[index])) block_rows_[row.stream].push_back(&row);
  map::Block block;
  block.streams.resize(block_rows_.size());
  block.makes_reference_rows = makes_reference_rows;
  if (standing_keys_) block.references = this;
  for (uint32_t stream = 0; stream < block_rows_.size(); ++stream) {
    auto& rows = block.streams[stream];
    if (intake_.streams()[stream].is_reference) {
      if (!references_[stream].is_looked_up()) rows = references_[stream].columns();
      continue;
    }
    const auto& refs = block_rows_[stream];
    rows.rows = static_cast<uint32_t>(refs.size());
    std::vector<const RowRef*> pointers(refs.begin(), refs.end());
    rows.columns = decode(pointers, intake_.streams()[stream].plan.columns.size(), scratch_);
    for (const auto* row : refs) rows.lines.push_back(StoredRow(row->row).origin().line);
  }
  auto output = mapping_.run(block, scratch_);
  waiting_.clear();
  if (makes_reference_rows) know_references(output);
  note(output);
  check(output);
  know_fields(output);
  if (makes_reference_rows) take_reference_rows(output);
  keep_waiting(output);
  count(output);
  contribute(output);
  drop_refused(indexes);
}

RowRef& Contributor::row_ref(uint32_t stream, uint32_t row) {
  if (intake_.streams()[stream].is_reference) return references_[stream].row(row);
  return *block_rows_[stream][row];
}

uint32_t Contributor::node_of(std::string_view student) const {
  return nodes_.find(keys_.token(student_space_, student));
}

/// A node stands in one block, so that what it looked up is known once and for all after it.
void Contributor::note_uses(const map::Output& output) {
  auto from = static_cast<std::ptrdiff_t>(uses_.size());
  for (const auto& use : output.uses)
    if (!intake_.streams()[use.stream].is_reference)
      uses_.emplace_back(row_ref(use.stream, use.row).node, use.reference);
  std::sort(uses_.begin() + from, uses_.end());
  uses_.erase(std::unique(uses_.begin() + from, uses_.end()), uses_.end());
}

namespace {

/// Counts a record that was read in this run. One that was set aside is counted as that every time
/// it is read, though nothing of it changed.
void tally(const RowRef& row, map::Fate fate, record::StreamCounts& counts) {
  if (!row.is_new && !row.is_unchanged) return;
  switch (fate) {
    case map::Fate::used:
      ++(row.is_new ? counts.mapped : counts.unchanged);
      break;
    case map::Fate::filtered:
      ++(row.is_new ? counts.filtered : counts.unchanged);
      break;
    case map::Fate::refused:
      ++counts.refused;
      break;
    case map::Fate::set_aside:
      ++counts.quarantined;
      break;
  }
}

}  // namespace

void Contributor::count(const map::Output& output) {
  for (uint32_t stream = 0; stream < output.fates.size(); ++stream) {
    const auto& fates = output.fates[stream];
    if (intake_.streams()[stream].is_reference) {
      auto& seen = references_[stream].fates;
      seen.resize(fates.size());
      for (std::size_t row = 0; row < fates.size(); ++row)
        seen[row] = std::max(seen[row], fates[row]);
      continue;
    }
    auto& counts = intake_.streams()[stream].counts;
    for (std::size_t row = 0; row < fates.size(); ++row) {
      auto& ref = *block_rows_[stream][row];
      ref.is_refused = fates[row] == map::Fate::refused;
      tally(ref, fates[row], counts);
    }
  }
  for (std::size_t t = 0; t < output.entities.size(); ++t) {
    auto out = static_cast<uint64_t>(std::ranges::count(is_rejected_[t], 0));
    intake_.streams()[output.entities[t].from_stream].counts.rows_out += out;
  }
}

void Contributor::count_reference(uint32_t stream) {
  auto& counts = intake_.streams()[stream].counts;
  const auto& reference = references_[stream];
  const auto& rows = reference.rows();
  for (std::size_t row = 0; row < rows.size(); ++row) {
    words_.are_plain &= reference.fates[row] < map::Fate::set_aside;
    tally(rows[row], reference.fates[row], counts);
  }
}

bool Contributor::is_reference(const map::EntityRows& table) const {
  return !table.student.values && table.entity != student_entity_;
}

void Contributor::know_references(const map::Output& output) {
  for (const auto& table : output.entities) {
    if (!is_reference(table)) continue;
    validator_.expect(table.entity, table.rows);
    for (uint32_t row = 0; row < table.rows; ++row)
      validator_.know(table.entity, table.key.text_at(row).view());
  }
}

/// An entity has many more fields than a mapping mostly fills.
void Contributor::know_fields(const map::Output& output) {
  said_.resize(output.entities.size());
  for (std::size_t t = 0; t < output.entities.size(); ++t) {
    const auto& table = output.entities[t];
    said_[t].clear();
    for (record::FieldId field = 0; field < table.fields.size(); ++field) {
      auto is_of_field = [&](const auto& kept) { return kept.second == field; };
      if (table.fields[field].values || std::ranges::any_of(table.kept, is_of_field))
        said_[t].push_back(field);
    }
  }
}

void Contributor::take_reference_rows(const map::Output& output) {
  record::RowWriter writer(reference_rows_);
  words_.are_plain = true;
  words_.rows_out.assign(references_.size(), 0);
  for (std::size_t t = 0; t < output.entities.size(); ++t) {
    const auto& table = output.entities[t];
    if (!is_reference(table)) continue;
    for (uint32_t row = 0; row < table.rows; ++row) {
      if (is_rejected_[t][row]) continue;
      ++words_.rows_out[table.from_stream];
      OutRow out{0, table.entity, static_cast<uint32_t>(t), row, table.key.text_at(row).view()};
      write_row_of(writer, out, table, {});
    }
  }
}

/// The rows about children that are awake.
std::vector<Contributor::OutRow> Contributor::rows_of_children(const map::Output& output) const {
  std::vector<OutRow> rows;
  for (uint32_t t = 0; t < output.entities.size(); ++t) {
    const auto& table = output.entities[t];
    const auto& student = table.entity == student_entity_ ? table.key : table.student;
    if (!student.values) continue;
    std::string_view last;  // rows of one student mostly stand together
    uint32_t node = NodeTable::none;
    for (uint32_t row = 0; row < table.rows; ++row) {
      if (is_rejected_[t][row] || !student.is_valid(row)) continue;
      auto named = student.text_at(row).view();
      if (node == NodeTable::none || named != last) node = node_of(named);
      last = named;
      if (node == NodeTable::none || live_.index_of(node) == UINT32_MAX) continue;
      rows.push_back({node, table.entity, t, row, table.key.text_at(row).view()});
    }
  }
  return rows;
}

void Contributor::contribute(const map::Output& output) {
  auto rows = rows_of_children(output);
  auto comes_before = [](const OutRow& a, const OutRow& b) {
    if (a.node != b.node) return a.node < b.node;
    if (a.entity != b.entity) return a.entity < b.entity;
    if (a.key != b.key) return a.key < b.key;
    return a.row < b.row;
  };
  if (rows.empty()) return keep_last_of_waiting();
  // The nodes of a block are neighbours, on a first load.
  auto [first, last] = std::ranges::minmax_element(rows, {}, &OutRow::node);
  auto lowest = first->node;
  sort_by_place(
      rows, last->node - lowest + 1, [&](const OutRow& row) { return row.node - lowest; },
      comes_before);
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t end = i;
    while (end < rows.size() && rows[end].node == rows[i].node) ++end;
    auto& live = live_.nodes()[live_.index_of(rows[i].node)];
    auto former = waiting_.contains(live.node) ? last_good(live) : std::string_view();
    if (former.empty())
      write(std::span(rows).subspan(i, end - i), output, live);
    else
      live.said = all_said_.put(former);
    i = end;
  }
  keep_last_of_waiting();
}

/// What was published of the child; empty when nothing is known yet.
std::string_view Contributor::last_good(const LiveNode& live) const {
  const auto* was = live_.stored(live);
  return was ? contribution_of(was->frame) : std::string_view{};
}

/// The last good contribution of a child that waits stays whole, also if no record of it is good.
/// One of whom nothing is known yet is told by the records that are good.
void Contributor::keep_last_of_waiting() {
  for (auto node : waiting_) {
    auto index = live_.index_of(node);
    if (index == UINT32_MAX) continue;
    auto& live = live_.nodes()[index];
    if (auto last = last_good(live); !live.said && !last.empty()) live.said = all_said_.put(last);
  }
}

void Contributor::write(std::span<const OutRow> rows, const map::Output& output, LiveNode& live) {
  auto is_student = [&](const OutRow& row) { return row.entity == student_entity_; };
  if (std::ranges::none_of(rows, is_student)) return;  // nobody to say it of
  packed_.clear();
  doubts_.clear();
  record::RowWriter writer(packed_);
  auto before = last_good(live);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    bool is_double =
        i > 0 && rows[i].entity == rows[i - 1].entity && rows[i].key == rows[i - 1].key;
    if (is_double) continue;
    const auto& table = output.entities[rows[i].table];
    write_row_of(writer, rows[i], table, before);
    note_doubts(rows[i], table);
  }
  packed_ += doubts_;
  live.said = all_said_.put(packed_);
}

/// The fields of the row just written whose values have a finding, for merge to trust them less.
void Contributor::note_doubts(const OutRow& out, const map::EntityRows& table) {
  const auto& found = found_[out.table];
  auto at = std::ranges::lower_bound(found, out.row, {}, &validate::RowFinding::row);
  for (; at != found.end() && at->row == out.row; ++at) {
    const auto& column = table.fields[at->field];
    bool has_value = column.values && column.is_valid(out.row);
    if (has_value && at->severity != record::Severity::info)
      doubted_.emplace_back(at->field, at->rule);
  }
  if (doubted_.empty()) return;
  std::ranges::stable_sort(doubted_, {}, [](const auto& doubted) { return doubted.first; });
  record::key_of_doubt(table.entity, out.key, doubt_key_);
  record::RowWriter writer(doubts_);
  writer.begin(record::doubt_entity, doubt_key_);
  for (std::size_t i = 0; i < doubted_.size(); ++i)
    if (i == 0 || doubted_[i].first != doubted_[i - 1].first)
      writer.field_by(doubted_[i].first, [&](std::string& json) {
        record::append_json_string(json, doubted_[i].second);
      });
  writer.end();
}

void Contributor::write_row_of(record::RowWriter& writer, const OutRow& out,
                               const map::EntityRows& table, std::string_view before) {
  auto first_kept =
      std::ranges::lower_bound(table.kept, out.row, {}, [](const auto& k) { return k.first; });
  auto is_kept = [&](record::FieldId field) {
    for (auto at = first_kept; at != table.kept.end() && at->first == out.row; ++at)
      if (at->second == field) return true;
    return false;
  };
  doubted_.clear();
  bool has_kept = first_kept != table.kept.end() && first_kept->first == out.row;
  writer.begin(table.entity, out.key);
  for (auto field : said_[out.table]) {
    const auto& column = table.fields[field];
    if (has_kept && is_kept(field)) {  // not readable tonight: the last value that was stays
      std::string_view was;
      record::each_row(before, [&](const record::RowView& row) {
        if (row.entity() == table.entity && row.key() == out.key) was = row.find(field);
      });
      if (was.empty()) continue;
      writer.field(field, was);
      doubted_.emplace_back(field, "unreadable");
    } else if (column.values && column.is_valid(out.row)) {
      writer.field_by(field,
                      [&](std::string& json) { record::append_json_value(json, column, out.row); });
    }
  }
  writer.end();
}

/// Refused rows leave a count and no trace: they are taken out of what will be stored.
void Contributor::drop_refused(const std::vector<uint32_t>& indexes) {
  for (auto index : indexes) {
    auto& live = live_.nodes()[index];
    auto rows = live_.rows_of(live);
    auto end = std::stable_partition(rows.begin(), rows.end(),
                                     [](const RowRef& row) { return !row.is_refused; });
    live.last = live.first + static_cast<std::size_t>(end - rows.begin());
  }
}

}  // namespace homeroom::flow
