#include "hub/flow/refused.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "homeroom/error.hpp"
#include "hub/store/store.hpp"
#include "hub/world/clock.hpp"

namespace homeroom::flow {

namespace {

void settle(const Hub& hub, store::Store& store, const RefusedShare& what, const char* act,
            const Settling& by) {
  store.settle_refusal(
      what.refusal, what.share,
      {hub.clock().now_ms(), by.actor, act, what.destination + ' ' + what.student, by.why});
}

}  // namespace

std::string aside_id(const store::Refusal& refusal) {
  return std::to_string(refusal.run) + '-' + std::to_string(refusal.number);
}

std::vector<RefusedShare> refused_shares(store::Store& store) {
  std::map<std::pair<uint32_t, uint32_t>, RefusedShare> found;
  for (auto& refusal : store.refusals())
    found[{refusal.destination, refusal.person}].refusal = std::move(refusal);
  if (found.empty()) return {};
  for (const auto& [number, name] : store.destinations())
    store.each_share(number, [&](const store::ShareRow& share) {
      auto at = found.find({share.destination, share.person});
      if (at == found.end()) return;
      at->second.share = share;
      at->second.destination = name;
    });
  std::unordered_map<uint32_t, std::string> ids;
  store.each_person([&](const store::Person& person) { ids[person.number] = person.id; });
  std::vector<RefusedShare> all;
  for (auto& [key, share] : found) {
    share.student = ids[key.second];
    all.push_back(std::move(share));
  }
  return all;
}

std::optional<RefusedShare> find_refused(store::Store& store, const std::string& id) {
  auto all = refused_shares(store);
  auto found =
      std::ranges::find_if(all, [&](const auto& one) { return aside_id(one.refusal) == id; });
  if (found == all.end()) return std::nullopt;
  return std::move(*found);
}

void drop_refused(const Hub& hub, store::Store& store, RefusedShare what, const Settling& by) {
  if (!what.stands())
    throw Error(Next::fix_settings, aside_id(what.refusal) +
                                        ": the share of this student is sent again by the next "
                                        "run; look again after it");
  what.refusal.is_dropped = true;
  settle(hub, store, what, "drop quarantine", by);
}

void replay_refused(const Hub& hub, store::Store& store, RefusedShare what, const Settling& by) {
  if (what.stands()) {
    what.share.state = store::ShareState::owed;
    what.share.sequence = std::max(what.share.sequence, store.first_sequence()) + 1;
    what.refusal.sequence = what.share.sequence;
    what.refusal.is_dropped = false;
  }
  settle(hub, store, what, "replay quarantine", by);
}

}  // namespace homeroom::flow
