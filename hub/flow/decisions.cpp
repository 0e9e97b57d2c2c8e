#include "hub/flow/decisions.hpp"

#include <algorithm>
#include <tuple>

#include "hub/flow/source_run.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

using store::Verdict;

std::vector<store::Decision> standing(std::vector<store::Decision> all) {
  std::erase_if(all, [](const auto& decision) { return decision.undone_ms.has_value(); });
  std::map<std::tuple<uint32_t, uint64_t, uint32_t>, uint32_t> newest;
  for (const auto& one : all) newest[{one.source, one.record, one.person}] = one.number;
  std::erase_if(all, [&](const auto& one) {
    return newest.at({one.source, one.record, one.person}) != one.number;
  });
  return all;
}

Decisions::Decisions(store::Store& store, uint32_t roster) : store_(store) {
  auto all = standing(store.decisions());
  joins_ = Joins(all, roster);
  for (const auto& one : all) {
    if (one.verdict == Verdict::later || one.source == roster) continue;
    auto& decided = by_source_[one.source][one.record];
    if (one.verdict == Verdict::same)
      decided.same = joins_.survivor(one.person);
    else
      decided.different.push_back(joins_.survivor(one.person));
  }
}

std::map<uint32_t, Decided> Decisions::of(uint32_t source, const SourceRun* run) const {
  std::map<uint32_t, Decided> by_node;
  auto mine = by_source_.find(source);
  if (mine == by_source_.end()) return by_node;
  if (run) {
    for (const auto& [token, decided] : mine->second)
      if (auto node = run->node_of(token)) by_node[*node] = decided;
    return by_node;
  }
  store_.each_node(source, [&](const store::NodeIndex& node) {
    if (auto decided = mine->second.find(node.token); decided != mine->second.end())
      by_node[node.id] = decided->second;
  });
  return by_node;
}

}  // namespace homeroom::flow
