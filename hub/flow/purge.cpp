#include "hub/flow/purge.hpp"

#include <algorithm>

#include "hub/flow/erasures.hpp"
#include "hub/flow/writing.hpp"
#include "hub/world/clock.hpp"

namespace homeroom::flow {

namespace {

std::string proof_of(const PastTime& past) {
  std::string proof;
  for (const auto& one : past.classes())
    if (one.past > 0) proof += one.name + ' ' + std::to_string(one.past) + ", ";
  return proof + "digest " + past.digest();
}

/// What has no key of its own.
void erase_rest(store::Store& store, const PastTime& past) {
  store.begin();
  try {
    // What it says when it is heard again is all new.
    for (auto state : store.stream_states()) {
      if (std::ranges::find(past.sources(), state.source) == past.sources().end()) continue;
      state.cursor.clear();
      store.put_stream_state(state);
    }
    store.erase_runs(past.runs_before_ms());
    store.erase_stream_history(past.states_before_ms());
    store.publish();
  } catch (...) {
    store.rollback();
    throw;
  }
}

}  // namespace

Purged purge(const Hub& hub, store::Store& store, keys::KeyRing& keys, const PastTime& past,
             const Purging& by) {
  Purged purged{past.classes(), past.count(), ""};
  if (purged.count == 0) return purged;
  purged.digest = past.digest();
  store.put_audit({hub.clock().now_ms(), by.actor, "purge", proof_of(past), by.why});
  for (const auto& erasure : past.erasures()) keys.erase(erasure);
  keys.save();
  apply_erasures(store, keys, hub.run_date());
  erase_rest(store, past);
  return purged;
}

Purged purge(const Hub& hub, const Purging& by) {
  must_have_reason(by.why);
  world::Lock lock(hub.lock_file(), "a purge", hub.clock());
  auto keys = hub.open_keys();
  auto store = hub.open_store(*keys, true);
  if (store->is_new()) return {};
  return purge(hub, *store, *keys, PastTime(hub, *store, *keys), by);
}

}  // namespace homeroom::flow
