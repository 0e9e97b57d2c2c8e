// The part of SourceRun that stages what is kept of the source.
#include <algorithm>
#include <map>
#include <set>

#include "hub/flow/source_run.hpp"
#include "hub/keys/keys.hpp"
#include "hub/map/map.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

record::StreamCounts& counts_of(Intake& intake, uint32_t stream) {
  return intake.streams()[stream].counts;
}

bool is_read_in_full(const StreamRead& stream) {
  return stream.is_read && stream.end.is_complete && stream.plan.mode == plugin::Mode::full;
}

/// What a record set aside is known by from night to night, whatever is wrong with it.
std::pair<std::string, std::string> name_of(const store::QuarantineRow& row) {
  const auto& key = row.what.key;
  return {row.what.stream, key.empty() ? std::to_string(row.hash) : '=' + key};
}

}  // namespace

void SourceRun::keep(const std::function<bool(uint32_t node)>& is_wanted) {
  context_.pulse.begin("keeping " + context_.source.name, live_.nodes().size());
  for (const auto& block : live_.blocks()) {
    context_.pulse.step(block.size());
    // Blocks are whole components, but a block may hold several: decide for each.
    for (std::size_t i = 0; i < block.size();) {
      std::size_t end = i + 1;
      while (end < block.size() && live_.is_same_component(block[i], block[end])) ++end;
      bool stays = false;
      for (auto k = i; k < end && !stays; ++k) stays = is_wanted(live_.nodes()[block[k]].node);
      for (; i < end; ++i) {
        auto& live = live_.nodes()[block[i]];
        if (stays)
          keep_node(live);
        else
          erase_node(live);
      }
    }
  }
}

void SourceRun::gather_uses(uint32_t node) {
  uses_.clear();
  const auto& all = contributor_->uses();
  auto at = std::ranges::lower_bound(all, node, {}, &std::pair<uint32_t, uint64_t>::first);
  for (; at != all.end() && at->first == node; ++at) uses_.push_back(at->second);
}

void SourceRun::keep_node(LiveNode& live) {
  auto rows = live_.rows_of(live);
  gather_uses(live.node);
  kept_.id = live.node;
  kept_.token = nodes_.token(live.node);
  pack_sums(rows, seed_, kept_.digests);
  pack_sorted(live_.neighbors(live.node), kept_.neighbors);
  pack_sorted(std::span<const uint64_t>(uses_), kept_.uses);
  kept_.frame.clear();
  bool is_empty = rows.empty() && !live.said;
  if (!is_empty) write_frame(kept_.frame, said_.get(live.said), rows);
  const auto* was = live_.stored(live);
  if (is_empty && kept_.neighbors.empty()) return erase_node(live);
  bool is_same = was && was->frame == kept_.frame && was->node.digests == kept_.digests &&
                 was->node.neighbors == kept_.neighbors && was->node.uses == kept_.uses;
  if (!is_same) context_.store.put_node(context_.number, kept_);
  live.is_kept = true;
  if (!is_same) keep_keys(live, rows);
  if (!was) tokens_.hang(kept_.token, live.node);
  each_sum(kept_.digests, [&](const StreamSum& sum) {
    if (sum.stream == aside_sum) asides_.push_back(live.node);
  });
}

void SourceRun::erase_node(const LiveNode& live) {
  if (!live_.stored(live)) return;
  context_.store.erase_node(context_.number, live.node);
  keep_keys(live, {});
  tokens_.take_off(nodes_.token(live.node), live.node);
}

/// One that is made tonight wants all rows and waits for the last.
void SourceRun::keep_keys(const LiveNode& live, std::span<const RowRef> now) {
  std::optional<std::vector<RowRef>> before;
  for (auto& [stream, index] : key_indexes_) {
    if (!index.is_known()) continue;
    if (!before) before = live_.published_rows(live);
    index.change(live.node, *before, now);
  }
}

/// Of the rows only keys are looked at, so that their bytes need not be there.
void SourceRun::keep_key_indexes() {
  for (auto& [stream, index] : key_indexes_) {
    if (!index.is_known())
      for (const auto& live : live_.nodes())
        if (live.is_kept) index.change(live.node, {}, live_.rows_of(live));
    index.save();
  }
}

void SourceRun::keep_rest() {
  std::vector<Layout> layouts;
  for (uint32_t i = 0; i < intake_.streams().size(); ++i) {
    auto& stream = intake_.streams()[i];
    if (i < mapping_->reads().size() && !stream.plan.key.empty())
      layouts.push_back(layout_of(stream.counts.stream, stream.plan));
    if (!stream.is_read) continue;
    if (stream.end.is_complete) keep_state(stream);
    if (is_read_in_full(stream))
      context_.store.put_digest(filled_name(stream), stream.filled.packed());
  }
  keep_references();
  files_.save(context_.store, context_.source.name);
  keep_asides();
  keep_quarantine();
  context_.store.put_digest("layout:" + context_.source.name, pack_layouts(layouts));
  context_.store.put_digest("source:" + context_.source.name, context_.digest);
  contributor_->forget_rows();
  intake_.forget_rows();
  completed_.forget();
  keep_key_indexes();
  live_.forget_rows();
  tokens_.save();
}

/// Those that are not as they were, or of which nobody noted what they come to.
void SourceRun::keep_references() {
  bool has_any = std::ranges::any_of(intake_.streams(), &StreamRead::is_reference);
  if (!has_any || (!are_references_other_ && are_words_kept_)) return;
  for (uint32_t i = 0; i < mapping_->reads().size(); ++i)
    if (const auto& stream = intake_.streams()[i]; stream.is_reference)
      ReferencePages(context_.store, context_.number, stream.counts.stream)
          .replace(contributor_->references(i), stream.plan.key);
  context_.store.put_reference(context_.number, "canonical rows", contributor_->reference_rows());
  contributor_->reference_words().save(context_.store, context_.source.name);
  context_.store.put_reference(context_.number, keys_name,
                               pack_keys(contributor_->nameable_keys()));
}

/// Nodes with rows set aside woke tonight, so that all of them were seen.
void SourceRun::keep_asides() {
  std::string packed;
  std::ranges::sort(asides_);
  pack_sorted(std::span<const uint32_t>(asides_), packed);
  context_.store.put_digest(std::string(asides_name) + ':' + context_.source.name, packed);
}

std::string SourceRun::filled_name(const StreamRead& stream) const {
  return "filled:" + context_.source.name + '/' + stream.counts.stream;
}

Filled::Loss SourceRun::worst_loss() {
  Filled::Loss worst;
  for (const auto& stream : intake_.streams()) {
    if (!is_read_in_full(stream)) continue;
    auto before = Filled::unpack(context_.store.digest(filled_name(stream)).value_or(""));
    auto loss = stream.filled.worst_since(before);
    if (!loss.is_worse_than(worst)) continue;
    loss.column = context_.source.name + ' ' + stream.counts.stream + '.' + loss.column;
    worst = std::move(loss);
  }
  return worst;
}

void SourceRun::keep_state(const StreamRead& stream) {
  store::StreamState state;
  state.source = context_.source.name;
  state.stream = stream.counts.stream;
  state.cursor = stream.end.cursor;
  state.as_of_ms = stream.plan.info.as_of_ms;
  // The count to compare with is that of a read of everything.
  bool is_everything = stream.plan.mode == plugin::Mode::full ||
                       (stream.plan.since.empty() && !stream.end.cursor.empty());
  auto before = context_.store.stream_state(state.source, state.stream);
  state.records = is_everything || !before ? stream.counts.read : before->records;
  state.proof = static_cast<int32_t>(stream.end.proof);
  state.feeds_digest = context_.feeds_digest;
  context_.store.put_stream_state(state);
}

/// What was set aside before and was not looked at in this run: its stream was not read whole, and
/// no record with its key was met.
std::vector<store::QuarantineRow> SourceRun::still_aside() {
  using Record = std::pair<uint64_t, std::size_t>;  // hash of the key, stream
  const auto& streams = intake_.streams();
  auto stream_of = [&](const record::SetAside& what) {
    auto found = std::ranges::find_if(
        streams, [&](const StreamRead& read) { return read.counts.stream == what.stream; });
    return static_cast<std::size_t>(found - streams.begin());
  };
  std::vector<store::QuarantineRow> before;
  for (const auto& row : aside_before_) {
    auto index = stream_of(row.what);
    bool is_settled =
        intake_.mends().was_met(row) || (index < streams.size() && is_read_in_full(streams[index]));
    if (!is_settled) before.push_back(row);
  }
  std::set<Record> asked;
  for (const auto& row : before)
    if (!row.what.key.empty()) asked.emplace(key_hash(row.what.key), stream_of(row.what));
  if (asked.empty()) return before;
  auto meet = [&](uint64_t key, std::size_t stream) { asked.erase({key, stream}); };
  for (const auto* rows : {&intake_.rows(), &live_.rows()})
    for (const auto& row : *rows) meet(row.key, row.stream);
  for (const auto& [stream, key] : live_.removed_records()) meet(key, stream);
  for (std::size_t i = 0; i < streams.size(); ++i) {
    for (const auto& row : streams[i].reference_rows) meet(row.key, i);
    if (!is_read_in_full(streams[i]))
      live_.each_seen_row(streams[i], static_cast<uint16_t>(i),
                          [&](const RowRef& row) { meet(row.key, i); });
  }
  for (const auto& aside : intake_.asides())
    if (!aside.what.key.empty()) meet(key_hash(aside.what.key), aside.stream);
  std::erase_if(before, [&](const store::QuarantineRow& row) {
    return !row.what.key.empty() && !asked.contains({key_hash(row.what.key), stream_of(row.what)});
  });
  return before;
}

/// Mended and set aside all the same: the record as its source has it waits again, for this reason.
const store::QuarantineRow* SourceRun::failed_mend(uint32_t stream, record::SetAside& aside) const {
  const auto* mend = intake_.mends().that_made(stream, aside.bytes);
  if (!mend) return nullptr;
  aside.bytes = mend->aside->what.bytes;
  aside.columns = mend->aside->what.columns;
  aside.key = mend->aside->what.key;
  return mend->aside;
}

void SourceRun::keep_quarantine() {
  std::map<std::pair<std::string, uint64_t>, const store::QuarantineRow*> known;
  std::set<std::string> streams;
  for (const auto& row : aside_before_) {
    known.try_emplace({row.what.stream, row.hash}, &row);
    streams.insert(row.what.stream);
  }
  std::set<std::pair<std::string, std::string>> waiting;
  auto put = [&](store::QuarantineRow row) {
    waiting.insert(name_of(row));
    if (row.seen_on == 0) row.seen_on = context_.run_date;
    row.run = context_.run;
    row.number = 0;  // the store's to give: other sources set records aside, too
    context_.store.put_quarantine(row);
  };
  std::set<const store::QuarantineRow*> failed;
  auto put_new = [&](uint32_t stream, record::SetAside& aside) {
    const auto* mended = failed_mend(stream, aside);
    failed.insert(mended);
    store::QuarantineRow row;
    row.source = context_.source.name;
    row.hash = context_.keys.token(stream, aside.why + '\n' + aside.bytes);
    auto was = known.find({aside.stream, row.hash});
    row.first_run = was != known.end() ? was->second->first_run
                    : mended           ? mended->first_run
                                       : context_.run;
    if (was != known.end() && was->second->state == store::AsideState::dropped)
      row.state = store::AsideState::dropped;
    if (row.first_run == context_.run) ++counts_of(intake_, stream).new_set_aside;
    row.what = std::move(aside);
    put(std::move(row));
  };
  auto rest = still_aside();
  for (auto& aside : intake_.asides()) {
    ++counts_of(intake_, aside.stream).quarantined;
    put_new(aside.stream, aside.what);
  }
  for (auto& aside : contributor_->asides()) put_new(aside.stream, aside.what);
  for (auto& row : rest) put(std::move(row));
  for (const auto& row : aside_before_) {
    bool stands = row.state == store::AsideState::mended && intake_.mends().was_met(row) &&
                  !failed.contains(&row);
    if (!stands) continue;
    auto standing = row;
    standing.reads_again = false;
    standing.seen_on = context_.run_date;
    put(std::move(standing));
  }
  for (auto& stream : intake_.streams())
    stream.counts.cleared = static_cast<uint64_t>(
        std::ranges::count_if(aside_before_, [&](const store::QuarantineRow& row) {
          return row.what.stream == stream.counts.stream && row.state == store::AsideState::open &&
                 !waiting.contains(name_of(row));
        }));
  for (const auto& stream : streams)
    context_.store.clear_quarantine(context_.source.name, stream, context_.run);
}

Standing SourceRun::standing() {
  Standing standing;
  for (const auto& stream : intake_.streams()) {
    if (!stream.is_read) continue;
    bool is_whole = stream.counts.complete && stream.counts.missing_columns.empty();
    if (!is_whole || stream.end.version.empty()) return {};
    standing.streams.push_back({stream.end.version, stream.counts});
  }
  return standing;
}

record::SourceCounts SourceRun::counts() {
  record::SourceCounts counts;
  counts.source = context_.source.name;
  counts.heard = plan_.is_heard;
  counts.age_hours = plan_.age_hours;
  counts.trouble = plan_.trouble;
  counts.lost = plan_.lost;
  counts.remarks = plan_.remarks;
  counts.mapped_anew = recomputes_;
  for (const auto& stream : intake_.streams())
    if (stream.is_read) counts.streams.push_back(stream.counts);
  return counts;
}

}  // namespace homeroom::flow
