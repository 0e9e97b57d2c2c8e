// replay: what was delivered since a time is delivered once more by the next run, as it is now.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

struct ReplayFrom {
  std::string source;
  int64_t since_ms = 0;
  bool is_dry = false;  ///< only told
  std::string actor, why;
};

struct HeardAgain {
  uint64_t generation = 0;  ///< the last that was published before then; 0: none is known
  struct Stream {
    std::string name;
    std::string cursor;  ///< where it is read from; empty: the beginning
    bool is_read_whole = false;
    std::string stays;  ///< why it is read on from where it stands
  };
  std::vector<Stream> streams;
};

/// For a source that was read or mapped wrongly without a trace in any digest: each stream is read
/// anew from where it stood at that time, whole files although they stand, and all that is kept of
/// its records is mapped anew. A stream that cannot be read from there any more has only that.
/// Throws as tell_again().
HeardAgain hear_again(const Hub& hub, const ReplayFrom& what);

/// Whether a person had a destination told again what it had heard: then no first delivery waits.
bool was_told_before(store::Store& store, const std::string& destination);

}  // namespace homeroom::flow
