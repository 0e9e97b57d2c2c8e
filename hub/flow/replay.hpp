// replay: what was delivered since a time is delivered once more by the next run, as it is now.
#pragma once

#include <cstdint>
#include <string>

#include "hub/flow/hub.hpp"

namespace homeroom::flow {

struct ReplayTo {
  std::string destination;
  int64_t since_ms = 0;
  bool is_dry = false;  ///< only counted
  std::string actor, why;
};

struct ToldAgain {
  uint64_t first_run = 0;  ///< the first that may have told it anything since
  uint64_t shares = 0, removals = 0;
  uint64_t waiting = 0;  ///< owed before
  uint64_t refused = 0;  ///< never taken; not sent again by this
};

/// For a destination that lost what it was told: every share and removal that it took since then is
/// owed again. Under its own key and sequence, so that one that has it still drops it; and decided
/// anew by the next run, so that what may leave no more becomes a removal. Nothing is recorded, nor
/// asked for, when there is nothing. Throws Error(fix_settings) without a reason or for a time that
/// is not over; world::Locked while a run holds the store.
ToldAgain tell_again(const Hub& hub, const ReplayTo& what);

/// Whether a person had a destination told again what it had heard: then no first delivery waits.
bool was_told_before(store::Store& store, const std::string& destination);

}  // namespace homeroom::flow
