// The part of LiveSet that follows ties and packs components into blocks.
#include <algorithm>
#include <functional>
#include <numeric>

#include "hub/flow/live.hpp"
#include "hub/flow/place_sort.hpp"
#include "hub/keys/keys.hpp"
#include "hub/map/map.hpp"

namespace homeroom::flow {

namespace {

constexpr std::size_t rows_at_once = 4096;

/// Sets of live nodes that are tied together, by their indexes, with path halving.
class Components {
 public:
  explicit Components(const std::vector<LiveNode>& live) : live_(live), parent_(live.size()) {
    std::iota(parent_.begin(), parent_.end(), 0u);
  }
  /// The smallest node of the set.
  uint32_t smallest(uint32_t index) { return live_[root(index)].node; }
  void join(uint32_t a, uint32_t b) {
    a = root(a);
    b = root(b);
    if (a == b) return;
    if (live_[a].node > live_[b].node) std::swap(a, b);
    parent_[b] = a;
  }

 private:
  uint32_t root(uint32_t index) {
    while (parent_[index] != index) index = parent_[index] = parent_[parent_[index]];
    return index;
  }

  const std::vector<LiveNode>& live_;
  std::vector<uint32_t> parent_;
};

/// Sorts pairs of nodes.
void sort_by_first(std::vector<std::pair<uint32_t, uint32_t>>& pairs, std::size_t nodes) {
  sort_by_place(
      pairs, nodes, [](const auto& pair) { return pair.first; }, std::less<>());
}

}  // namespace

void LiveSet::tie_rows(uint32_t stream, std::vector<const RowRef*>& rows) {
  if (rows.empty()) return;
  scratch_.reset();
  auto columns = decode(rows, plans_[stream]->columns.size(), scratch_);
  auto links =
      mapping_.links(plans_[stream]->wanted, columns, static_cast<uint32_t>(rows.size()), scratch_);
  const map::Link* last = nullptr;
  std::vector<uint64_t> tokens;
  std::vector<uint32_t> token_of;  // by link
  for (const auto& link : links) {
    if (!last || last->space != link.space || last->value.view() != link.value.view())
      tokens.push_back(keys_.token(space_ids_[link.space], link.value.view()));
    last = &link;
    token_of.push_back(static_cast<uint32_t>(tokens.size() - 1));
  }
  std::vector<uint32_t> others;
  nodes_.find_or_add(tokens, others);
  for (std::size_t i = 0; i < links.size(); ++i) {
    auto node = rows[links[i].row]->node, other = others[token_of[i]];
    if (other != node) ties_.emplace_back(node, other);
  }
  rows.clear();
}

/// Asks the rows of every node that is awake and was not asked yet.
void LiveSet::tie_new() {
  std::vector<std::vector<const RowRef*>> waiting(plans_.size());
  std::vector<uint8_t> can_tie;
  for (const auto* plan : plans_) can_tie.push_back(mapping_.has_links(plan->wanted));
  for (auto& live : live_) {
    if (live.is_tied) continue;
    live.is_tied = true;
    for (std::size_t i = live.first; i < live.last; ++i) {
      if (!can_tie[rows_[i].stream]) continue;
      auto& rows = waiting[rows_[i].stream];
      rows.push_back(&rows_[i]);
      if (rows.size() == rows_at_once) tie_rows(rows_[i].stream, rows);
    }
  }
  for (uint32_t stream = 0; stream < waiting.size(); ++stream) tie_rows(stream, waiting[stream]);
}

void LiveSet::tie_and_pack(std::size_t rows_in_block) {
  if (plans_.empty()) return;
  for (std::size_t asked = 0, ties_seen = 0; asked < live_.size();) {
    auto until = live_.size();
    tie_new();
    std::vector<uint32_t> near;
    auto note = [&](uint32_t node) {
      if (index_of(node) == UINT32_MAX) near.push_back(node);
    };
    for (; asked < until; ++asked)
      if (const auto* was = stored(live_[asked])) each_packed<uint32_t>(was->node.neighbors, note);
    for (; ties_seen < ties_.size(); ++ties_seen) note(ties_[ties_seen].second);
    std::ranges::sort(near);  // as they lie in the store
    for (auto node : near)
      if (index_of(node) == UINT32_MAX) take_stored_rows(live_[wake(node)]);
  }
  scratch_.forget();
  pack(rows_in_block);
  build_adjacency();
}

// Blocks are whole components in the order of their smallest node, so that the same input makes the
// same blocks; on a first load the nodes are numbered anew in that order, which keeps what belongs
// together side by side in the store.
void LiveSet::pack(std::size_t rows_in_block) {
  Components components(live_);
  for (const auto& [a, b] : ties_) components.join(index_of(a), index_of(b));
  std::vector<std::pair<uint32_t, uint32_t>> order;  // component, node
  order.reserve(live_.size());
  for (uint32_t i = 0; i < live_.size(); ++i)
    order.emplace_back(components.smallest(i), live_[i].node);
  sort_by_first(order, nodes_.size());
  if (is_first_) {
    std::vector<uint32_t> nodes;
    for (const auto& [root, node] : order) nodes.push_back(node);
    renumber(nodes);
  }
  component_.resize(order.size());
  std::size_t rows = rows_in_block;
  for (std::size_t i = 0; i < order.size(); ++i) {
    bool starts_component = i == 0 || order[i].first != order[i - 1].first;
    if (starts_component && rows >= rows_in_block) {
      blocks_.emplace_back();
      rows = 0;
    }
    uint32_t index = is_first_ ? static_cast<uint32_t>(i) : index_of(order[i].second);
    blocks_.back().push_back(index);
    component_[index] = order[i].first;
    rows += live_[index].last - live_[index].first + 1;
  }
}

void LiveSet::renumber(const std::vector<uint32_t>& order) {
  std::vector<uint32_t> number(order.size());
  NodeTable table;
  std::vector<LiveNode> live;
  live.reserve(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) {
    number[order[i]] = i;
    table.note(i, nodes_.token(order[i]));
    auto& moved = live.emplace_back(live_[index_of(order[i])]);
    moved.node = i;
    for (auto& row : rows_of(moved)) row.node = i;
  }
  table.index();
  for (auto& [a, b] : ties_) {
    a = number[a];
    b = number[b];
  }
  nodes_ = std::move(table);
  live_ = std::move(live);
  for (uint32_t i = 0; i < order.size(); ++i) index_[i] = i;
}

void LiveSet::build_adjacency() {
  for (std::size_t i = 0, tied = ties_.size(); i < tied; ++i)
    ties_.emplace_back(ties_[i].second, ties_[i].first);
  sort_by_first(ties_, nodes_.size());
  auto doubles = std::ranges::unique(ties_);
  ties_.erase(doubles.begin(), doubles.end());
  adjacency_from_.assign(live_.size() + 2, 0);
  adjacency_.resize(ties_.size());
  for (const auto& [a, b] : ties_) ++adjacency_from_[index_of(a) + 2];
  for (std::size_t i = 2; i < adjacency_from_.size(); ++i)
    adjacency_from_[i] += adjacency_from_[i - 1];
  for (const auto& [a, b] : ties_)  // sorted, so each node's are
    adjacency_[adjacency_from_[index_of(a) + 1]++] = b;
  adjacency_from_.pop_back();
  decltype(ties_)().swap(ties_);
}

std::span<const uint32_t> LiveSet::neighbors(uint32_t node) const {
  auto index = index_of(node);
  if (index == UINT32_MAX || index + 1 >= adjacency_from_.size()) return {};
  return std::span(adjacency_)
      .subspan(adjacency_from_[index], adjacency_from_[index + 1] - adjacency_from_[index]);
}

}  // namespace homeroom::flow
