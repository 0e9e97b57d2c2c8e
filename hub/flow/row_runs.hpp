// RowRuns: the rows of a source as they are read, in memory until all are. Files name the rows of
// one node mostly one after another; where such a run is just what is published of the node, it is
// noted (SeenAgain) and its memory used again, for a night in which little changes keeps little.
#pragma once

#include <cstdint>
#include <vector>

#include "hub/flow/frame.hpp"
#include "hub/flow/published_sums.hpp"
#include "hub/flow/rows_by_node.hpp"

namespace homeroom::flow {

/// Of one stream: the nodes whose published rows were all read again as they are.
class SeenAgain {
 public:
  bool has(uint32_t node) const { return is_at(all_, node); }
  bool is_empty() const { return all_.empty(); }
  uint64_t rows() const { return rows_; }
  /// Visits the nodes, ascending.
  template <class Visit>
  void each(Visit visit) const {
    for (uint32_t node = 0; node < all_.size(); ++node)
      if (all_[node]) visit(node);
  }

 private:
  friend class RowRuns;
  static bool is_at(const std::vector<bool>& nodes, uint32_t node) {
    return node < nodes.size() && nodes[node];
  }
  static void put(std::vector<bool>& nodes, uint32_t node) {
    if (node >= nodes.size()) nodes.resize(node + 1);
    nodes[node] = true;
  }

  std::vector<bool> all_;
  std::vector<bool> others_;  ///< nodes with rows that stayed
  uint64_t rows_ = 0;
};

class RowRuns {
 public:
  explicit RowRuns(RunMemory& memory) : memory_(memory), rows_(memory) {}

  /// From now on runs are compared with what is published; it outlives this.
  void compare_with(const PublishedSums& published, uint64_t seed) {
    published_ = &published;
    seed_ = seed;
  }
  bool compares() const { return published_ != nullptr; }

  /// The rows that follow are of one stream; without `seen` all of them stay.
  void begin(SeenAgain* seen) { seen_ = compares() ? seen : nullptr; }
  /// The row that will be written is of this node.
  void next(uint32_t node) {
    if (seen_ && node != node_) start(node);
  }
  void add(const RowRef& row) {
    if (!seen_) return rows_.push_back(row);
    run_.push_back(row);
    ++sum_.count;
    if (row.is_gone)
      is_plain_ = false;
    else
      sum_.sum += row_hash(StoredRow(row.row).cells(), seed_);
  }
  void end();

  RowMemory& memory() { return memory_; }
  RowsByNode& rows() { return rows_; }

 private:
  void start(uint32_t node);
  bool is_published(uint16_t stream) const;

  RowMemory memory_;
  RowsByNode rows_;
  const PublishedSums* published_ = nullptr;
  uint64_t seed_ = 0;
  SeenAgain* seen_ = nullptr;
  // The run that is being read.
  uint32_t node_ = UINT32_MAX;
  bool is_plain_ = true;  ///< no row says that a record is gone
  StreamSum sum_;
  std::vector<RowRef> run_;
  RowMemory::Mark before_;
};

}  // namespace homeroom::flow
