// PublishedSums: what is known of each published node of a source beside its frame: the packed sums
// of its rows (frame.hpp). All of them lie in one text, as there are hundreds of thousands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hub/flow/frame.hpp"

namespace homeroom::flow {

class PublishedSums {
 public:
  /// Nodes come in ascending order and may have gaps.
  void add(uint32_t node, std::string_view packed) {
    nodes_.resize(node + 1);
    nodes_[node] = {packed_.size(), static_cast<uint32_t>(packed.size()), true, false};
    each_sum(packed,
             [&](const StreamSum& sum) { nodes_[node].has_aside |= sum.stream == aside_sum; });
    packed_ += packed;
  }

  /// Nodes below this number may be published.
  uint32_t end() const { return static_cast<uint32_t>(nodes_.size()); }
  bool has(uint32_t node) const { return node < nodes_.size() && nodes_[node].is_there; }
  /// The last run set rows of it aside.
  bool has_aside(uint32_t node) const { return node < nodes_.size() && nodes_[node].has_aside; }
  /// Empty for a node that is not published.
  std::string_view of(uint32_t node) const {
    if (!has(node)) return {};
    return std::string_view(packed_).substr(nodes_[node].at, nodes_[node].size);
  }

 private:
  struct Node {
    std::size_t at = 0;
    uint32_t size = 0;
    bool is_there = false;
    bool has_aside = false;
  };
  std::vector<Node> nodes_;
  std::string packed_;
};

}  // namespace homeroom::flow
