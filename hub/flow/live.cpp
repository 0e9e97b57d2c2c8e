#include "hub/flow/live.hpp"

#include <algorithm>
#include <tuple>

#include "homeroom/error.hpp"
#include "hub/map/map.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

LiveSet::LiveSet(map::Mapping& mapping, keys::KeyRing& keys, store::Store& store, NodeTable& nodes,
                 RunMemory& memory, uint32_t source, uint64_t seed)
    : mapping_(mapping),
      keys_(keys),
      store_(store),
      nodes_(nodes),
      memory_(memory),
      source_(source),
      seed_(seed),
      moved_(memory) {
  for (const auto& space : mapping.spaces()) space_ids_.push_back(space_id(space));
}

void LiveSet::restore() {
  is_first_ = false;
  auto end = store_.end_of_nodes(source_);
  nodes_.reserve(end);
  published_.reserve(end);
  store_.each_node(source_, [&](const store::NodeIndex& node) {
    nodes_.note(node.id, node.token);
    published_.add(node.id, node.digests);
  });
  nodes_.index();
}

void LiveSet::restore_when_asked(std::vector<uint32_t> asides, NodeTable::LookUp look_up) {
  is_first_ = false;
  index_.expect_few();
  asides_ = std::move(asides);
  nodes_.ask(std::move(look_up), store_.end_of_nodes(source_));
  published_.ask([this](uint32_t node) -> std::optional<std::string> {
    auto found = store_.node_index(source_, node);
    return found ? std::optional(std::move(found->digests)) : std::nullopt;
  });
}

/// One that was met while its token was looked up lacks only its frame.
store::Node LiveSet::published_node(uint32_t node) {
  auto met = met_.find(node);
  if (met == met_.end()) return store_.node(source_, node);
  auto found = std::move(met->second);
  met_.erase(met);
  if (!found.has_frame) return found;
  found.frame = store_.frame(source_, node);
  if (found.frame.empty()) throw Error(Next::fail, "the frame of a node is not in the store");
  return found;
}

uint32_t LiveSet::wake(uint32_t node) {
  index_.expect(nodes_.size());
  auto& index = index_[node];
  if (index != UINT32_MAX) return index;
  index = static_cast<uint32_t>(live_.size());
  auto& live = live_.emplace_back();
  live.node = node;
  live.first = live.last = rows_.size();
  if (published_.has(node)) {
    live.stored = static_cast<uint32_t>(stored_.size());
    auto& stored = stored_.emplace_back();
    stored.node = published_node(node);
    nodes_.know(node, stored.node.token);
    auto size = stored.node.frame.size();
    if (size > 0) stored.node.frame.append(record::readable_behind, '\0');
    stored.frame = std::string_view(stored.node.frame).substr(0, size);
  }
  return index;
}

void LiveSet::know_streams(const std::vector<StreamRead>& streams,
                           const std::vector<Layout>& before) {
  for (const auto& stream : streams) {
    plans_.push_back(&stream.plan);
    auto& move = moves_.emplace_back();
    for (const auto& layout : before)
      if (layout.stream == stream.counts.stream)
        move = moves(layout, layout_of(layout.stream, stream.plan));
  }
}

void LiveSet::each_published_row(const std::function<void(const RowRef&)>& visit) const {
  RowMemory moved(memory_);
  std::vector<uint32_t> ids;
  store_.each_node(source_, [&](const store::NodeIndex& node) { ids.push_back(node.id); });
  for (auto id : ids) visit_published_rows(id, moved, visit);
}

void LiveSet::visit_published_rows(uint32_t node, RowMemory& moved,
                                   const std::function<void(const RowRef&)>& visit) const {
  StoredNode stored;
  stored.node = store_.node(source_, node);
  auto size = stored.node.frame.size();
  if (size == 0) return;
  stored.node.frame.append(record::readable_behind, '\0');
  stored.frame = std::string_view(stored.node.frame).substr(0, size);
  for (const auto& row : stored_rows(stored, moved)) visit(row);
  moved.forget();
}

void LiveSet::each_seen_row(const StreamRead& stream, uint16_t index,
                            const std::function<void(const RowRef&)>& visit) const {
  RowMemory moved(memory_);
  stream.seen.each([&](uint32_t node) {
    if (index_of(node) != UINT32_MAX) return;
    visit_published_rows(node, moved, [&](const RowRef& row) {
      if (row.stream == index) visit(row);
    });
  });
}

bool LiveSet::was_seen_again(uint16_t stream, uint32_t node) const {
  return intake_->streams()[stream].seen.has(node);
}

void LiveSet::settle(Intake& intake, bool everything) {
  intake_ = &intake;
  if (is_first_) return settle_first(intake);
  removed_.insert(intake.removed().begin(), intake.removed().end());
  const auto& read = intake.rows();
  std::size_t at = 0;
  bool is_whole = published_.are_all_here();
  auto few = is_whole ? std::vector<uint32_t>() : in_question(read);
  auto count =
      is_whole ? std::max(nodes_.size(), published_.end()) : static_cast<uint32_t>(few.size());
  for (uint32_t i = 0; i < count; ++i) {
    auto node = is_whole ? i : few[i];
    std::size_t end = at;
    while (end < read.size() && read[end].node == node) ++end;
    auto span = std::span(read).subspan(at, end - at);
    at = end;
    if (!published_.has(node) && span.empty()) continue;
    if (everything || published_.has_aside(node) || removed_.contains(node) || differs(node, span))
      merge_rows(node, span, everything);
  }
}

/// What was read, removed or set aside hangs on these, ascending; nothing else can have changed.
std::vector<uint32_t> LiveSet::in_question(const std::vector<RowRef>& read) const {
  auto nodes = asides_;
  nodes.insert(nodes.end(), removed_.begin(), removed_.end());
  for (const auto& row : read)
    if (row.node != NodeTable::none) nodes.push_back(row.node);
  std::ranges::sort(nodes);
  auto doubles = std::ranges::unique(nodes);
  nodes.erase(doubles.begin(), doubles.end());
  return nodes;
}

void LiveSet::count_sleeping() const {
  if (is_first_) return;
  auto& streams = intake_->streams();
  for (const auto& row : intake_->rows())
    if (row.node != NodeTable::none && index_of(row.node) == UINT32_MAX)
      ++streams[row.stream].counts.unchanged;
  for (auto& stream : streams) stream.counts.unchanged += stream.seen.rows();
  for (const auto& live : live_)  // theirs are counted by what becomes of them
    each_sum(published_.of(live.node), [&](const StreamSum& sum) {
      if (sum.stream < streams.size() && was_seen_again(sum.stream, live.node))
        streams[sum.stream].counts.unchanged -= sum.count;
    });
}

void LiveSet::settle_first(Intake& intake) {
  rows_ = std::move(intake.rows());
  std::erase_if(rows_, [&](const RowRef& row) {
    if (row.is_gone) ++intake.streams()[row.stream].counts.removals;
    return row.is_gone;
  });
  std::size_t at = 0;
  for (uint32_t node = 0; node < nodes_.size(); ++node) {
    auto& live = live_.emplace_back();
    live.node = node;
    live.first = at;
    for (; at < rows_.size() && rows_[at].node == node; ++at) rows_[at].is_new = true;
    live.last = at;
  }
  index_.expect(nodes_.size());
  for (uint32_t node = 0; node < nodes_.size(); ++node) index_[node] = node;
}

bool LiveSet::differs(uint32_t node, std::span<const RowRef> read) const {
  if (std::ranges::any_of(read, [](const RowRef& row) { return row.is_gone; })) return true;
  pack_sums(read, seed_, sums_);
  if (sums_ == published_.of(node)) return false;
  now_.clear();
  each_sum(sums_, [&](const StreamSum& sum) { now_.push_back(sum); });
  before_.clear();
  each_sum(published_.of(node), [&](const StreamSum& sum) { before_.push_back(sum); });
  auto sum_of = [](const std::vector<StreamSum>& sums, uint16_t stream) {
    auto found = std::ranges::find(sums, stream, &StreamSum::stream);
    return found == sums.end() ? StreamSum{stream, 0, 0} : *found;
  };
  auto is_other = [&](uint16_t i) {
    const auto& stream = intake_->streams()[i];
    if (!stream.is_read || stream.is_reference) return false;
    auto is = sum_of(now_, i);
    if (is.count == 0 && (!stream.sweeps || stream.seen.has(node))) return false;
    return stream.seen.has(node) || is != sum_of(before_, i);
  };
  auto streams = static_cast<uint16_t>(intake_->streams().size());
  for (const auto* sums : {&now_, &before_})
    for (const auto& sum : *sums)
      if (sum.stream < streams && is_other(sum.stream)) return true;
  return false;
}

std::vector<RowRef> LiveSet::stored_rows(const StoredNode& stored, RowMemory& moved) const {
  std::vector<RowRef> rows;
  each_stored_row(stored.frame, [&](uint16_t stream, StoredRow row) {
    if (stream >= plans_.size() || plans_[stream]->key.empty()) return;
    if (!moves_[stream].empty()) {
      CellReader reader(row.cells());
      std::vector<record::Text> texts;
      std::vector<uint8_t> valid;
      auto most = *std::ranges::max_element(moves_[stream]);
      for (int i = 0; i <= most; ++i) {
        record::Text text;
        valid.push_back(reader.next(text));
        texts.push_back(text);
      }
      std::vector<record::Column> columns(moves_[stream].size());
      for (std::size_t c = 0; c < columns.size(); ++c) {
        auto from = moves_[stream][c];
        if (from < 0) continue;
        columns[c].values = &texts[static_cast<std::size_t>(from)];
        columns[c].valid = &valid[static_cast<std::size_t>(from)];
      }
      row = write_row(moved, columns, 0, row.origin());
    }
    RowRef ref;
    ref.key = key_hash(plans_[stream]->key, row.cells());
    ref.row = row.bytes();
    ref.node = stored.node.id;
    ref.stream = stream;
    rows.push_back(ref);
  });
  std::ranges::sort(rows, RowOrder());
  return rows;
}

/// The rows of a node that did not change itself; what was read of it is what is stored.
void LiveSet::take_stored_rows(LiveNode& live) {
  live.first = rows_.size();
  auto read = std::ranges::equal_range(intake_->rows(), live.node, {}, &RowRef::node);
  auto at = read.begin();
  if (const auto* was = stored(live))
    for (auto row : stored_rows(*was, moved_)) {
      while (at != read.end() && std::tie(at->stream, at->key) < std::tie(row.stream, row.key))
        ++at;
      row.is_unchanged = was_seen_again(row.stream, live.node) ||
                         (at != read.end() && at->stream == row.stream && at->key == row.key);
      rows_.push_back(row);
    }
  live.last = rows_.size();
}

void LiveSet::merge_rows(uint32_t node, std::span<const RowRef> read, bool counts_again) {
  auto index = wake(node);
  std::vector<RowRef> old;
  if (const auto* was = stored(live_[index])) old = stored_rows(*was, moved_);
  bool is_removed = removed_.contains(node);
  live_[index].first = rows_.size();
  auto same_key = [](const RowRef& a, const RowRef& b) {
    return a.stream == b.stream && a.key == b.key;
  };
  std::size_t o = 0;
  auto keep_or_end = [&](RowRef row) {  // an old row that was not read again
    auto& stream = intake_->streams()[row.stream];
    if (was_seen_again(row.stream, node)) {
      row.is_unchanged = true;
      rows_.push_back(row);
      return;
    }
    bool is_seen = stream.unreadable.contains(row.key);
    if (is_removed || (stream.is_read && stream.sweeps && !is_seen)) {
      ++stream.counts.deleted;
      if (is_removed) removed_records_.emplace_back(row.stream, row.key);
      return;
    }
    rows_.push_back(row);
  };
  for (const auto& row : read) {
    while (o < old.size() && RowOrder()(old[o], row) && !same_key(old[o], row))
      keep_or_end(old[o++]);
    const RowRef* before = o < old.size() && same_key(old[o], row) ? &old[o++] : nullptr;
    auto& counts = intake_->streams()[row.stream].counts;
    if (before && was_seen_again(row.stream, node)) {
      auto origin = StoredRow(row.row).origin();
      intake_->set_double_aside(*before, {origin.run, origin.file, 0, 0}, row);
    }
    if (row.is_gone) {
      if (!row.is_moved) ++counts.removals;
      if (before) ++counts.deleted;
      continue;
    }
    RowRef now = row;
    now.is_new = true;
    const auto& plan = *plans_[row.stream];
    if (before && !plan.absent.empty())  // not read, so they say what they said
      now.row = with_former_cells(moved_, StoredRow(row.row), StoredRow(before->row), plan.absent,
                                  plan.columns.size())
                    .bytes();
    if (before && StoredRow(before->row).cells() == StoredRow(now.row).cells()) {
      now = *before;
      now.is_new = counts_again;
      now.is_unchanged = !counts_again;
    }
    rows_.push_back(now);
  }
  while (o < old.size()) keep_or_end(old[o++]);
  live_[index].last = rows_.size();
}

void LiveSet::wake_users(const std::unordered_set<uint64_t>& references) {
  if (references.empty() || is_first_) return;
  std::vector<uint32_t> users;
  store_.each_use(source_, [&](uint32_t id, std::string_view uses) {
    bool is_user = false;
    each_packed<uint64_t>(uses, [&](uint64_t use) { is_user |= references.contains(use); });
    if (is_user) users.push_back(id);
  });
  for (auto node : users)
    if (index_of(node) == UINT32_MAX) take_stored_rows(live_[wake(node)]);
}

}  // namespace homeroom::flow
