// RowsByNode: rows of a source on their way into the order of nodes. They are laid apart by ranges
// of nodes as they come, so that what is sorted at once fits the caches, and memory goes back range
// by range: the rows of a large district are never there twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hub/flow/frame.hpp"
#include "hub/flow/run_memory.hpp"

namespace homeroom::flow {

class RowsByNode {
 public:
  explicit RowsByNode(RunMemory& memory) : memory_(memory) {}

  void push_back(const RowRef& row);
  std::size_t size() const { return size_; }
  /// Visits each row: range by range, in each as they came, those without a node first.
  template <class Visit>
  void each(Visit visit) const {
    for (const auto& range : ranges_)
      for (std::size_t i = 0; i < range.size; ++i) visit(range.row(i));
  }
  /// Takes all rows and answers them in the order of RowOrder, so that those without a node come
  /// last.
  std::vector<RowRef> sorted();
  /// The same for few of them: the node of each stands in `nodes`, at the place that it names.
  std::vector<RowRef> sorted_by(std::span<const uint32_t> nodes);

 private:
  static constexpr uint32_t nodes_in_range = 1 << 15;
  static constexpr std::size_t rows_in_block = RunMemory::block_bytes / sizeof(RowRef);

  struct Range {
    RowRef& row(std::size_t i) const {
      auto* rows = reinterpret_cast<RowRef*>(blocks[i / rows_in_block].data());
      return rows[i % rows_in_block];
    }
    std::vector<RunMemory::Block> blocks;
    std::size_t size = 0;
  };
  void move(Range& range, std::span<RowRef> to);

  RunMemory& memory_;
  std::vector<Range> ranges_{1};  ///< the first is that of rows without a node
  std::size_t size_ = 0;
  std::vector<uint32_t> end_;  ///< of each node of a range, among its rows
};

}  // namespace homeroom::flow
