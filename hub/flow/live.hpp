// LiveSet: the nodes of a source that a run must map again: those with new, changed or missing
// rows, and all that are tied to them through join values. On a first load that is every node.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "hub/flow/by_number.hpp"
#include "hub/flow/intake.hpp"
#include "hub/flow/layout.hpp"
#include "hub/flow/names.hpp"
#include "hub/flow/published_sums.hpp"
#include "hub/flow/spill.hpp"
#include "hub/record/arena.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

/// One node to map again.
struct LiveNode {
  uint32_t node = 0;
  bool is_tied = false;          ///< its rows were asked for their ties
  bool is_kept = false;          ///< staged tonight
  uint32_t stored = UINT32_MAX;  ///< index into LiveSet::stored(), if it was published
  std::size_t first = 0;         ///< its rows in LiveSet::rows()
  std::size_t last = 0;
  Spill::Place said;  ///< what the source says of it now, if it is a child
};

/// A published node brought back; `frame` is padded as rows need it.
struct StoredNode {
  store::Node node;
  std::string_view frame;
};

class LiveSet {
 public:
  LiveSet(map::Mapping& mapping, keys::KeyRing& keys, store::Store& store, NodeTable& nodes,
          RunMemory& memory, uint32_t source, uint64_t seed);

  /// Brings the published nodes' tokens and sums in. Not needed on a first load.
  void restore();
  /// The same when they are asked for: few of them will be. `asides` are the nodes of which rows
  /// were set aside, `look_up` knows the nodes of tokens.
  void restore_when_asked(std::vector<uint32_t> asides, NodeTable::LookUp look_up);
  /// One of them that `look_up` met.
  void know(store::Node node) {
    published_.know(node.id, node.digests);
    met_.try_emplace(node.id, std::move(node));
  }
  /// How the rows of each stream lie tonight; `before` are the layouts of the stored ones.
  void know_streams(const std::vector<StreamRead>& streams, const std::vector<Layout>& before);
  /// Counts the rows that were read again as they are published and whose nodes stayed asleep.
  void count_sleeping() const;
  /// Visits every published row. What it points to lives as long as the call of `visit`.
  void each_published_row(const std::function<void(const RowRef&)>& visit) const;
  /// Compares what was read with what is published. `everything` wakes every node: the
  /// configuration changed. Nodes with rows set aside wake in every run, for what set them aside
  /// may be mended elsewhere.
  void settle(Intake& intake, bool everything);
  /// Wakes the nodes that looked up one of these references.
  void wake_users(const std::unordered_set<uint64_t>& references);
  /// Follows ties until every node that could matter is awake, then packs whole components into
  /// blocks of about `rows_in_block` rows.
  void tie_and_pack(std::size_t rows_in_block);
  /// Frees all rows and who is tied to whom; what nodes say of their children stays.
  void forget_rows() {
    decltype(rows_)().swap(rows_);
    decltype(met_)().swap(met_);
    decltype(adjacency_)().swap(adjacency_);
    decltype(adjacency_from_)().swap(adjacency_from_);
    decltype(blocks_)().swap(blocks_);
    decltype(component_)().swap(component_);
    moved_.forget();
  }

  /// Records that went because their child was removed: stream and key.
  const std::vector<std::pair<uint16_t, uint64_t>>& removed_records() const {
    return removed_records_;
  }
  /// Indexes into nodes(), block by block.
  const std::vector<std::vector<uint32_t>>& blocks() const { return blocks_; }
  std::vector<LiveNode>& nodes() { return live_; }
  const std::vector<LiveNode>& nodes() const { return live_; }
  std::vector<RowRef>& rows() { return rows_; }
  std::span<RowRef> rows_of(const LiveNode& live) {
    return std::span(rows_).subspan(live.first, live.last - live.first);
  }
  const StoredNode* stored(const LiveNode& live) const {
    return live.stored == UINT32_MAX ? nullptr : &stored_[live.stored];
  }
  bool is_stored(uint32_t node) const { return published_.has(node); }
  const PublishedSums& published() const { return published_; }
  /// Visits the rows of a stream that were seen again and not kept, as they are published, of nodes
  /// that are asleep. What it points to lives as long as the call of `visit`.
  void each_seen_row(const StreamRead& stream, uint16_t index,
                     const std::function<void(const RowRef&)>& visit) const;
  /// The rows of a node as they were published, as they lie tonight.
  std::vector<RowRef> published_rows(const LiveNode& live) {
    const auto* was = stored(live);
    return was ? stored_rows(*was, moved_) : std::vector<RowRef>();
  }
  /// Index into nodes() of a node, or UINT32_MAX.
  uint32_t index_of(uint32_t node) const { return index_.find(node); }
  /// Whether two live nodes (indexes) are tied, directly or through others.
  bool is_same_component(uint32_t a, uint32_t b) const { return component_[a] == component_[b]; }
  /// Nodes tied to this one, sorted.
  std::span<const uint32_t> neighbors(uint32_t node) const;

 private:
  uint32_t wake(uint32_t node);
  store::Node published_node(uint32_t node);
  void settle_first(Intake& intake);
  void visit_published_rows(uint32_t node, RowMemory& moved,
                            const std::function<void(const RowRef&)>& visit) const;
  std::vector<uint32_t> in_question(const std::vector<RowRef>& read) const;
  bool differs(uint32_t node, std::span<const RowRef> read) const;
  void merge_rows(uint32_t node, std::span<const RowRef> read, bool counts_again);
  bool was_seen_again(uint16_t stream, uint32_t node) const;
  std::vector<RowRef> stored_rows(const StoredNode& stored, RowMemory& moved) const;
  void take_stored_rows(LiveNode& live);
  void tie_new();
  void tie_rows(uint32_t stream, std::vector<const RowRef*>& rows);
  void build_adjacency();
  void pack(std::size_t rows_in_block);
  void renumber(const std::vector<uint32_t>& order);

  map::Mapping& mapping_;
  keys::KeyRing& keys_;
  store::Store& store_;
  NodeTable& nodes_;
  RunMemory& memory_;
  uint32_t source_;
  uint64_t seed_;
  bool is_first_ = true;
  std::vector<uint32_t> space_ids_;
  PublishedSums published_;
  std::vector<uint32_t> asides_;                   ///< where published sums are not all here
  Intake* intake_ = nullptr;                       ///< of this run
  std::vector<const extract::StreamPlan*> plans_;  ///< by stream
  std::vector<std::vector<int>> moves_;            ///< by stream: how stored columns move
  RowMemory moved_;  ///< stored rows whose columns lie otherwise tonight
  std::vector<LiveNode> live_;
  ByNumber<uint32_t> index_{UINT32_MAX};
  std::vector<RowRef> rows_;
  std::deque<StoredNode> stored_;
  std::unordered_map<uint32_t, store::Node> met_;  ///< without frames, until they wake
  std::unordered_set<uint32_t> removed_;
  std::vector<std::pair<uint16_t, uint64_t>> removed_records_;
  std::vector<std::pair<uint32_t, uint32_t>> ties_;
  std::vector<uint32_t> adjacency_;
  std::vector<std::size_t> adjacency_from_;  ///< by index
  std::vector<std::vector<uint32_t>> blocks_;
  std::vector<uint32_t> component_;  ///< by index: the smallest node tied to it
  record::Arena scratch_{1 << 20};
  // Of one node, as it was read and as it is published; their memory is used again.
  mutable std::string sums_;
  mutable std::vector<StreamSum> now_, before_;
};

}  // namespace homeroom::flow
