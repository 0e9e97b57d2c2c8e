// purge: what is past its time is destroyed. Keys go first, so that no copy of the data can be read
// of it any more, then the store forgets; the audit log keeps the proof: how many of which class,
// and a digest of what they were, nothing of what they said.
#pragma once

#include <string>
#include <vector>

#include "hub/flow/past_time.hpp"

namespace homeroom::flow {

struct Purging {
  std::string actor, why;
};

struct Purged {
  std::vector<Retained> classes;
  uint64_t count = 0;
  std::string digest;  ///< of what went; empty when nothing did
};

/// Destroys what is past its time in this store. Not inside a transaction. Durable when it returns;
/// stopped on its way, the next run does the rest. Who left, or comes from a source that was silent
/// for long, is heard again like anybody.
Purged purge(const Hub& hub, store::Store& store, keys::KeyRing& keys, const PastTime& past,
             const Purging& by);

/// The same as the store's one writer, for a moment. Throws world::Locked while a run holds it.
Purged purge(const Hub& hub, const Purging& by);

}  // namespace homeroom::flow
