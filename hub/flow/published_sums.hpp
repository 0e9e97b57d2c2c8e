// PublishedSums: what is known of each published node of a source beside its frame: the packed sums
// of its rows (frame.hpp). All of them lie in one text, as there are hundreds of thousands; or only
// those that were asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hub/flow/frame.hpp"

namespace homeroom::flow {

class PublishedSums {
 public:
  using LookUp = std::function<std::optional<std::string>(uint32_t node)>;

  /// Nodes below `end` will come; most have rows of one or two streams.
  void reserve(uint32_t end) {
    nodes_.reserve(end);
    packed_.reserve(end * 2 * packed_sum);
  }
  /// Nodes come in ascending order and may have gaps.
  void add(uint32_t node, std::string_view packed) {
    nodes_.resize(node + 1);
    nodes_[node] = take(packed);
  }
  /// Instead of add(): the sums of a node, or nothing, are asked for when it is.
  void ask(LookUp look_up) { look_up_ = std::move(look_up); }
  /// What was met while something else was looked for need not be asked for.
  void know(uint32_t node, std::string_view packed) {
    if (auto [found, is_new] = asked_.try_emplace(node); is_new) found->second = take(packed);
  }
  bool are_all_here() const { return !look_up_; }

  /// Nodes below this number may be published, if all are here.
  uint32_t end() const { return static_cast<uint32_t>(nodes_.size()); }
  bool has(uint32_t node) const { return find(node).is_there; }
  /// The last run set rows of it aside.
  bool has_aside(uint32_t node) const { return find(node).has_aside; }
  /// Empty for a node that is not published. Valid until another one is asked for.
  std::string_view of(uint32_t node) const {
    auto found = find(node);
    return std::string_view(packed_).substr(found.at, found.size);
  }

 private:
  struct Node {
    std::size_t at = 0;
    uint32_t size = 0;
    bool is_there = false;
    bool has_aside = false;
  };
  Node take(std::string_view packed) const {
    Node node{packed_.size(), static_cast<uint32_t>(packed.size()), true, false};
    each_sum(packed, [&](const StreamSum& sum) { node.has_aside |= sum.stream == aside_sum; });
    packed_ += packed;
    return node;
  }
  Node find(uint32_t node) const {
    if (!look_up_) return node < nodes_.size() ? nodes_[node] : Node{};
    auto [found, is_new] = asked_.try_emplace(node);
    if (is_new)
      if (auto packed = look_up_(node)) found->second = take(*packed);
    return found->second;
  }

  LookUp look_up_;
  std::vector<Node> nodes_;
  mutable std::unordered_map<uint32_t, Node> asked_;
  mutable std::string packed_;
};

}  // namespace homeroom::flow
