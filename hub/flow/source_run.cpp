#include "hub/flow/source_run.hpp"

#include <algorithm>

#include "hub/keys/keys.hpp"
#include "hub/map/map.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

constexpr std::size_t rows_in_block = 8192;

std::string name_of(const SourceContext& context, const char* what) {
  return std::string(what) + ":" + context.source.name;
}

}  // namespace

SourceRun::SourceRun(const SourceContext& context, std::unique_ptr<map::Mapping> mapping)
    : context_(context),
      mapping_(std::move(mapping)),
      seed_(context.keys.token(0, "row hash")),
      is_first_(!context.store.digest(name_of(context, "source")).has_value()),
      files_(FileNames::load(context.store, context.source.name)),
      intake_(context.source, *mapping_, context.keys, nodes_, files_, context.memory, context.run),
      live_(*mapping_, context.keys, context.store, nodes_, context.memory, context.number, seed_),
      validator_(context.model, context.run_date),
      said_(context.keys, context.memory, context.scratch, Spill::mapped_scopes + context.number),
      tokens_(KeyIndex::of_tokens(context.store, context.number)),
      completed_(context.memory) {
  validator_.use(context.packs, context.source.name);
  if (is_first_) return;
  before_ = unpack_layouts(context.store.digest(name_of(context, "layout")).value_or(""));
  aside_before_ = context.store.quarantine();
  std::erase_if(aside_before_, [&](const auto& row) { return row.source != context.source.name; });
  intake_.mend(aside_before_);
  recomputes_ = context.store.digest(name_of(context, "source")) != context.digest;
}

SourceRun::~SourceRun() = default;

/// What is published of the source: all of it, where whole files are read or all is mapped again;
/// else each node when it is asked for.
void SourceRun::restore(const extract::SourcePlan& plan) {
  if (is_first_) return;
  bool reads_whole = std::ranges::any_of(plan.streams, [](const extract::StreamPlan& stream) {
    return stream.is_offered && stream.mode != plugin::Mode::changes &&
           stream.info.role != plugin::Role::reference;
  });
  auto asides = context_.store.digest(name_of(context_, asides_name));
  if (asides && tokens_.is_known() && !recomputes_ && !reads_whole) {
    std::vector<uint32_t> nodes;
    each_packed<uint32_t>(*asides, [&](uint32_t node) { nodes.push_back(node); });
    live_.restore_when_asked(std::move(nodes),
                             [this](std::span<const uint64_t> tokens) { return stored(tokens); });
    return;
  }
  live_.restore();
  if (!recomputes_) intake_.compare_with(live_.published(), seed_, before_);
  if (tokens_.is_known()) return;
  context_.store.each_node(
      context_.number, [&](const store::NodeIndex& node) { tokens_.hang(node.token, node.id); });
  tokens_.save();
}

/// The published nodes of tokens. One that was erased may stand in the index still, and its number
/// may be another's now. Each page of the store is opened once: those of tokens, then those of
/// nodes.
std::vector<uint32_t> SourceRun::stored(std::span<const uint64_t> tokens) {
  std::vector<std::pair<uint32_t, std::size_t>> named;  // node, which token
  for (std::size_t i = 0; i < tokens.size(); ++i)
    for (auto node : tokens_.nodes(tokens[i])) named.emplace_back(node, i);
  std::ranges::sort(named);
  std::vector<uint32_t> nodes(tokens.size(), NodeTable::none);
  for (auto [node, i] : named) {
    if (nodes[i] != NodeTable::none) continue;
    auto found = context_.store.node_beside_frame(context_.number, node);
    if (!found || found->token != tokens[i]) continue;
    live_.know(std::move(*found));
    nodes[i] = node;
  }
  return nodes;
}

void SourceRun::read(extract::SourcePlan plan) {
  restore(plan);
  for (auto& stream : plan.streams)
    if (!stream.is_offered)
      for (const auto& layout : before_)
        if (layout.stream == mapping_->reads()[stream.wanted].stream) apply_layout(layout, stream);
  for (auto& stream : plan.streams) {
    stream.since = place_to_read_on(stream);
    stream.lists_keys = context_.source.asks_for_keys && !is_first_ &&
                        stream.mode == plugin::Mode::changes && !stream.key.empty();
  }
  plan_ = plan;
  context_.pulse.begin("hearing " + context_.source.name, expected_rows());
  intake_.read(plan, context_.pulse);
  for (auto& stream : intake_.streams()) {
    doubt_emptiness(stream);
    miss_columns(stream);
  }
}

/// Columns that held something and are not there any more are said, until they are back or the
/// mapping wants them no more. What they held stays (LiveSet).
void SourceRun::miss_columns(StreamRead& stream) {
  if (stream.plan.absent.empty() || is_first_) return;
  auto before = Filled::unpack(context_.store.digest(filled_name(stream)).value_or(""));
  for (const auto& column : stream.filled.assume(before, stream.plan.absent))
    stream.counts.missing_columns.push_back(column);
}

/// Where the last published read ended; the beginning when its cursor is of other settings, or a
/// column is wanted now that was not kept then.
std::string SourceRun::place_to_read_on(const extract::StreamPlan& stream) const {
  if (is_first_ || context_.reads_everything || stream.mode != plugin::Mode::changes) return "";
  const auto& name = mapping_->reads()[stream.wanted].stream;
  auto layout = std::ranges::find(before_, name, &Layout::stream);
  bool has_all = layout != before_.end() &&
                 std::ranges::all_of(stream.columns, [&](const std::string& column) {
                   return std::ranges::find(layout->columns, column) != layout->columns.end();
                 });
  auto state = context_.store.stream_state(context_.source.name, name);
  bool is_of_these = state && state->feeds_digest == context_.feeds_digest;
  return has_all && is_of_these ? state->cursor : "";
}

/// As many as were there the last time; 0 when a stream is new.
uint64_t SourceRun::expected_rows() const {
  uint64_t rows = 0;
  for (const auto& stream : plan_.streams) {
    if (!stream.is_offered) continue;
    auto before =
        context_.store.stream_state(context_.source.name, mapping_->reads()[stream.wanted].stream);
    if (!before || stream.mode != plugin::Mode::full) return 0;
    rows += before->records;
  }
  return rows;
}

std::string SourceRun::unfinished() {
  for (const auto& stream : intake_.streams())
    if (stream.is_read && !stream.end.is_complete) return record::why_incomplete(stream.counts);
  return "";
}

/// A full file or a list of keys without a record, where there were some, is no proof that all of
/// them are gone.
void SourceRun::doubt_emptiness(StreamRead& stream) {
  bool is_empty =
      stream.is_read && stream.plan.mode == plugin::Mode::full && stream.counts.read == 0;
  bool is_list_empty = stream.listed && stream.listed->is_empty();
  if (!is_empty && !is_list_empty) return;
  auto before = context_.store.stream_state(context_.source.name, stream.counts.stream);
  if (!before || before->records == 0) return;
  auto what = is_list_empty ? "the list of its keys" : "it";
  stream.sweeps = false;
  stream.listed.reset();
  stream.end.is_complete &= !is_empty;
  stream.counts.complete = false;
  stream.counts.stopped_at =
      std::string(what) + " is empty, where " + std::to_string(before->records) + " records stood";
}

void SourceRun::map() {
  contributor_ =
      std::make_unique<Contributor>(context_.model, *mapping_, context_.keys, nodes_, files_,
                                    intake_, live_, validator_, said_, context_.source.name);
  live_.know_streams(intake_.streams(), before_);
  open_key_indexes();
  if (!is_first_) find_moved_records();
  live_.settle(intake_, recomputes_);
  settle_references();
  live_.tie_and_pack(rows_in_block);
  live_.count_sleeping();
  if (!live_.blocks().empty()) know_standing_references(true);
  context_.pulse.begin("mapping " + context_.source.name, live_.rows().size());
  contributor_->run(context_.pulse);
}

/// A full read says of every record where it hangs; only changes leave that to what is known.
bool SourceRun::asks_key_index(uint32_t stream) {
  const auto& read = intake_.streams()[stream];
  return read.is_read && !read.sweeps && (read.listed || !read.plan.key_names_subject);
}

/// Those that are kept, or are made tonight: all rows are at hand, or a delta asks for them and
/// they are made of all that is published.
void SourceRun::open_key_indexes() {
  const auto& streams = intake_.streams();
  std::vector<KeyIndex*> made(streams.size());
  bool makes_any = false;
  for (uint16_t i = 0; i < std::min(streams.size(), mapping_->reads().size()); ++i) {
    const auto& plan = streams[i].plan;
    bool has_use = context_.source.asks_for_keys || !plan.key_names_subject;
    if (streams[i].is_reference || plan.key.empty() || !has_use) continue;
    KeyIndex index(context_.store, context_.number, streams[i].counts.stream, i, plan);
    bool is_made_of_published = !index.is_known() && !is_first_ && asks_key_index(i);
    bool has_all_at_hand = is_first_ || recomputes_;
    if (!index.is_known() && !is_made_of_published && !has_all_at_hand) continue;
    auto& opened = key_indexes_.emplace(i, std::move(index)).first->second;
    if (is_made_of_published) made[i] = &opened;
    makes_any |= is_made_of_published;
  }
  if (!makes_any) return;
  live_.each_published_row([&](const RowRef& row) {
    if (made[row.stream]) made[row.stream]->hang(row.key, row.node);
  });
  for (auto* index : made)
    if (index) index->save();
}

/// A record that hangs on another node than before must end there: a delta shows it only once. So
/// must one that is not on the list of a stream's keys.
void SourceRun::find_moved_records() {
  if (key_indexes_.empty()) return;
  std::vector<RowRef> moved;
  bool has_placed = false;
  for (auto& [i, index] : key_indexes_) {
    if (!asks_key_index(i)) continue;
    take_unlisted(i, moved);
    leave_other_nodes(i, index, moved);
    std::vector<RowRef*> rows;
    for (auto& row : intake_.rows())
      if (row.stream == i) rows.push_back(&row);
    std::ranges::sort(rows, {}, &RowRef::key);  // as they lie in the index
    for (auto* row : rows)
      for (auto node : index.nodes(row->key)) {
        if (node == row->node) continue;
        if (row->is_gone && row->node == NodeTable::none && live_.is_stored(node)) {
          row->node = node;
          has_placed = true;
          continue;
        }
        leave(index, *row, node, moved);
      }
  }
  if (moved.empty() && !has_placed) return;
  auto& rows = intake_.rows();
  rows.insert(rows.end(), moved.begin(), moved.end());
  std::ranges::sort(rows, RowOrder());
}

/// A read that proves nothing ends no record, but for those that it names elsewhere.
void SourceRun::leave_other_nodes(uint32_t stream, KeyIndex& index, std::vector<RowRef>& left) {
  live_.each_seen_row(intake_.streams()[stream], static_cast<uint16_t>(stream),
                      [&](const RowRef& row) {
                        for (auto node : index.nodes(row.key))
                          if (node != row.node) leave(index, row, node, left);
                      });
}

/// The record of `row` hangs on this node no more, unless it was read there as it is. One that was
/// erased since knows nothing of it.
void SourceRun::leave(KeyIndex& index, RowRef row, uint32_t node, std::vector<RowRef>& left) {
  if (intake_.streams()[row.stream].seen.has(node)) return;
  if (!live_.is_stored(node)) return index.take_off(row.key, node);
  row.node = node;
  row.row = nullptr;
  row.is_gone = row.is_moved = true;
  left.push_back(row);
}

void SourceRun::take_unlisted(uint32_t stream, std::vector<RowRef>& left) {
  auto& read = intake_.streams()[stream];
  if (!read.listed) return;
  auto& index = key_indexes_.at(stream);
  for (auto [key, node] : index.unlisted(*read.listed)) {
    RowRef row;
    row.stream = static_cast<uint16_t>(stream);
    row.key = key;
    leave(index, row, node, left);
  }
}

/// While no reference row is another, what they came to stands, and those of streams that nothing
/// was read of wait until rows are mapped that may look them up.
void SourceRun::settle_references() {
  std::unordered_set<uint64_t> changed;
  reference_bytes_.resize(intake_.streams().size());
  std::optional<ReferenceWords> words;
  if (!is_first_ && !recomputes_)
    words = ReferenceWords::load(context_.store, context_.source.name);
  are_words_kept_ = words.has_value();
  for (uint32_t i = 0; i < mapping_->reads().size(); ++i) {
    const auto& stream = intake_.streams()[i];
    if (!stream.is_reference) continue;
    bool was_told =
        stream.is_read && (stream.sweeps || stream.listed || !stream.reference_rows.empty());
    if (words && !was_told)
      standing_references_.push_back(i);
    else
      contributor_->know(i, merged_reference(i, changed));
  }
  are_references_other_ = is_first_ || recomputes_ || !changed.empty();
  live_.wake_users(changed);
  if (words && words->are_plain && changed.empty()) {
    contributor_->let_references_stand(std::move(*words), [this] {
      return unpack_keys(context_.store.reference(context_.number, keys_name));
    });
    return;
  }
  know_standing_references(false);
}

/// Where `may_look_up`, those that a mapping finds by their keys are not all brought in.
void SourceRun::know_standing_references(bool may_look_up) {
  std::unordered_set<uint64_t> none_changed;
  for (auto stream : standing_references_) {
    const auto& read = intake_.streams()[stream];
    ReferencePages pages(context_.store, context_.number, read.counts.stream);
    bool has_key = !read.plan.key.empty();  // else nothing was ever read of it
    if (may_look_up && has_key && mapping_->looks_up(stream) && pages.are_pages())
      contributor_->look_up_in(stream, std::move(pages));
    else
      contributor_->know(stream, merged_reference(stream, none_changed));
  }
  standing_references_.clear();
}

/// The rows of a reference stream as they stand now; tells the look-up keys that changed.
std::vector<RowRef> SourceRun::merged_reference(uint32_t index,
                                                std::unordered_set<uint64_t>& changed) {
  auto& stream = intake_.streams()[index];
  const auto& name = stream.counts.stream;
  auto& bytes = reference_bytes_[index];
  if (!is_first_) bytes = ReferencePages(context_.store, context_.number, name).all();
  auto size = bytes.size();
  bytes.append(record::readable_behind, '\0');
  std::vector<RowRef> old;
  for (const char* at = bytes.data(); at < bytes.data() + size; at += StoredRow(at).size()) {
    RowRef ref;
    ref.stream = static_cast<uint16_t>(index);
    ref.row = at;
    ref.key = key_hash(stream.plan.key, StoredRow(at).cells());
    old.push_back(ref);
  }
  std::ranges::sort(old, {}, &RowRef::key);
  auto read = stream.reference_rows;
  std::ranges::sort(read, RowOrder());
  auto token = [&](const RowRef& row) {
    return map::reference_token(name, key_text(stream.plan.key, StoredRow(row.row).cells()));
  };
  std::vector<RowRef> now;
  std::size_t o = 0;
  auto keep_or_end = [&](const RowRef& row) {
    bool is_gone = stream.sweeps || (stream.listed && !stream.listed->has(row.key));
    if (!stream.is_read || !is_gone || stream.unreadable.contains(row.key)) {
      now.push_back(row);
      return;
    }
    ++stream.counts.deleted;
    changed.insert(token(row));
  };
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (i + 1 < read.size() && read[i + 1].key == read[i].key) {  // the last of equal keys counts
      ++stream.counts.filtered;
      continue;
    }
    while (o < old.size() && old[o].key < read[i].key) keep_or_end(old[o++]);
    const RowRef* before = o < old.size() && old[o].key == read[i].key ? &old[o++] : nullptr;
    if (read[i].is_gone) {
      ++stream.counts.removals;
      if (before) ++stream.counts.deleted;
      changed.insert(token(read[i]));
      continue;
    }
    RowRef row = read[i];
    row.is_new = true;
    if (before && !stream.plan.absent.empty())
      row.row = with_former_cells(completed_, StoredRow(row.row), StoredRow(before->row),
                                  stream.plan.absent, stream.plan.columns.size())
                    .bytes();
    if (before && StoredRow(before->row).cells() == StoredRow(row.row).cells()) {
      row = *before;
      row.is_new = recomputes_;
      row.is_unchanged = !recomputes_;
    } else {
      changed.insert(token(row));
    }
    now.push_back(row);
  }
  while (o < old.size()) keep_or_end(old[o++]);
  return now;
}

std::string_view SourceRun::contribution(uint32_t node) {
  return is_mapped(node) ? said_.get(live_.nodes()[live_.index_of(node)].said) : std::string_view();
}

std::optional<uint32_t> SourceRun::node_of(uint64_t token) const {
  auto node = nodes_.find(token);
  return node == NodeTable::none ? std::nullopt : std::optional(node);
}

std::vector<SourceRun::Subject> SourceRun::subjects() {
  std::vector<Subject> subjects;
  for (const auto& live : live_.nodes()) {
    const auto* was = live_.stored(live);
    auto before = was ? contribution_of(was->frame) : std::string_view{};
    if (before.empty() && !live.said) continue;
    bool is_changed = before.empty() || before != said_.get(live.said);
    subjects.push_back({live.node, live.said, is_changed});
  }
  // In a first load they are.
  if (!std::ranges::is_sorted(subjects, {}, &Subject::node))
    std::ranges::sort(subjects, {}, &Subject::node);
  return subjects;
}

}  // namespace homeroom::flow
