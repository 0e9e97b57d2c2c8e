#include "hub/flow/contributions.hpp"

#include <algorithm>

#include "hub/flow/few.hpp"
#include "hub/flow/frame.hpp"
#include "hub/flow/source_run.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

Contributions::Contributions(store::Store& store, keys::KeyRing& keys, RunMemory& memory,
                             std::filesystem::path folder)
    : store_(store), keys_(keys), memory_(memory), folder_(std::move(folder)) {}

void Contributions::take(SourceRun& source, std::vector<std::pair<uint32_t, uint32_t>> linked) {
  auto number = source.source_number();
  auto& tonight = by_source_[number];
  tonight.spill = std::make_unique<Spill>(keys_, memory_, folder_, number);
  std::ranges::sort(linked);
  uint32_t end = 0;
  for (auto [person, node] : linked) end = std::max(end, node + 1);
  if (are_few(linked.size(), end)) tonight.places.expect_few();
  tonight.places.expect(end);
  source.hold();
  for (auto [person, node] : linked)
    tonight.places[node] = tonight.spill->put(source.contribution(node));
}

Contributions::Tonight* Contributions::kept(uint32_t source, uint32_t node) {
  auto tonight = by_source_.find(source);
  if (tonight == by_source_.end()) return nullptr;
  auto& said = tonight->second;
  return said.spill->has(said.places.find(node)) ? &said : nullptr;
}

void Contributions::append(std::string& out, uint32_t source, uint32_t node) {
  if (withheld_.contains(source)) return;
  if (auto* said = kept(source, node))
    out.append(said->spill->get(said->places.find(node)));
  else
    out.append(contribution_of(store_.frame(source, node)));
}

void Contributions::append_in_order(std::string& out, uint32_t source, uint32_t node) {
  append(out, source, node);
  if (auto* said = kept(source, node)) said->spill->let_go_before(said->places.find(node));
}

}  // namespace homeroom::flow
