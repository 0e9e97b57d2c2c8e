#include "hub/flow/rows_by_node.hpp"

#include <algorithm>
#include <new>
#include <type_traits>

#include "hub/flow/node_table.hpp"

namespace homeroom::flow {

static_assert(std::is_trivially_destructible_v<RowRef>);

void RowsByNode::push_back(const RowRef& row) {
  auto at = row.node == NodeTable::none ? 0 : std::size_t{row.node} / nodes_in_range + 1;
  if (at >= ranges_.size()) ranges_.resize(at + 1);
  auto& range = ranges_[at];
  if (range.size % rows_in_block == 0) range.blocks.push_back(memory_.need());
  new (&range.row(range.size++)) RowRef(row);
  ++size_;
}

/// Lays the rows of a range out by their nodes, in one pass.
void RowsByNode::move(Range& range, std::span<RowRef> to) {
  auto place = [](const RowRef& row) { return row.node % nodes_in_range; };
  bool is_sparse = range.size < nodes_in_range / 8 || &range == &ranges_.front();
  if (!is_sparse) {
    end_.assign(nodes_in_range + 1, 0);
    for (std::size_t i = 0; i < range.size; ++i) ++end_[place(range.row(i)) + 1];
    for (uint32_t node = 0; node < nodes_in_range; ++node) end_[node + 1] += end_[node];
  }
  for (std::size_t i = 0; i < range.size; ++i) {
    const auto& row = range.row(i);
    to[is_sparse ? i : end_[place(row)]++] = row;
    if ((i + 1) % rows_in_block == 0) RunMemory::Block(std::move(range.blocks[i / rows_in_block]));
  }
  range = {};
  if (is_sparse) {
    std::ranges::sort(to, RowOrder());
    return;
  }
  uint32_t from = 0;
  for (uint32_t node = 0; node < nodes_in_range; ++node) {
    std::ranges::sort(to.subspan(from, end_[node] - from), RowOrder());
    from = end_[node];
  }
}

std::vector<RowRef> RowsByNode::sorted() {
  std::vector<RowRef> all;
  all.reserve(size_);
  auto append = [&](Range& range) {
    auto from = all.size();
    all.resize(from + range.size);
    move(range, std::span(all).subspan(from));
  };
  for (auto& range : std::span(ranges_).subspan(1)) append(range);
  append(ranges_.front());
  ranges_.resize(1);
  size_ = 0;
  return all;
}

std::vector<RowRef> RowsByNode::sorted_by(std::span<const uint32_t> nodes) {
  std::vector<RowRef> all;
  all.reserve(size_);
  each([&](RowRef row) {
    if (row.node != NodeTable::none) row.node = nodes[row.node];
    all.push_back(row);
  });
  ranges_ = std::vector<Range>(1);
  size_ = 0;
  std::ranges::sort(all, RowOrder());
  return all;
}

}  // namespace homeroom::flow
