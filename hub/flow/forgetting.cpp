#include "hub/flow/forgetting.hpp"

#include <algorithm>
#include <unordered_set>

#include "hub/flow/frame.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

void forget(store::Store& store, uint32_t source, const std::vector<uint32_t>& nodes,
            const std::function<bool(uint32_t node)>& is_kept) {
  std::unordered_set<uint32_t> seen;
  for (auto start : nodes) {
    if (!seen.insert(start).second) continue;
    std::vector<uint32_t> component{start};
    for (std::size_t at = 0; at < component.size(); ++at)
      each_packed<uint32_t>(store.neighbors(source, component[at]), [&](uint32_t node) {
        if (seen.insert(node).second) component.push_back(node);
      });
    if (std::ranges::any_of(component, is_kept)) continue;
    for (auto node : component) store.erase_node(source, node);
  }
}

}  // namespace homeroom::flow
