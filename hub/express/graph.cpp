#include "hub/express/graph.hpp"

namespace homeroom::express {

uint32_t Graph::add(const std::string& key, Node node) {
  auto [found, is_new] = known_.emplace(key, size());
  if (is_new) nodes_.push_back(std::move(node));
  return found->second;
}

void Graph::cut(uint32_t size) {
  std::erase_if(known_, [&](const auto& entry) { return entry.second >= size; });
  nodes_.resize(size);
}

}  // namespace homeroom::express
