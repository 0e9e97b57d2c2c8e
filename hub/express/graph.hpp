// Graph: the nodes of all expressions of a program. Equal nodes are one.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "hub/express/node.hpp"

namespace homeroom::express {

class Graph {
 public:
  /// The node of this key, made if there is none; keys are equal exactly when the meaning is.
  uint32_t add(const std::string& key, Node node);
  const Node& operator[](uint32_t id) const { return nodes_[id]; }
  void set_can_fault(uint32_t id, bool can_fault) { nodes_[id].can_fault = can_fault; }
  uint32_t size() const { return static_cast<uint32_t>(nodes_.size()); }
  /// Forgets the nodes made since there were `size` of them.
  void cut(uint32_t size);

 private:
  std::vector<Node> nodes_;
  std::unordered_map<std::string, uint32_t> known_;
};

}  // namespace homeroom::express
