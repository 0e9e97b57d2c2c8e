// refused: shares that destinations said never to, as people see and settle them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hub/flow/quarantine.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

struct RefusedShare {
  store::Refusal refusal;
  store::ShareRow share;  ///< as it stands now
  std::string destination;
  std::string student;  ///< Homeroom's id

  bool stands() const {
    return share.state == store::ShareState::refused && share.sequence == refusal.sequence;
  }
  bool is_dropped() const { return refusal.is_dropped && stands(); }
  /// It goes out with the next run as it is; otherwise, when it does not stand, a newer one does.
  bool is_replayed() const { return !stands() && share.sequence == refusal.sequence; }
};

/// "412-2", as records that were set aside are named.
std::string aside_id(const store::Refusal& refusal);

/// All, by destination.
std::vector<RefusedShare> refused_shares(store::Store& store);

/// The one with this id, if there is one.
std::optional<RefusedShare> find_refused(store::Store& store, const std::string& id);

/// What quarantine does about one; durable at once, recorded. A share that is replayed is owed
/// again, under the next sequence: the destination has heard this one.
void drop_refused(const Hub& hub, store::Store& store, RefusedShare what, const Settling& by);
void replay_refused(const Hub& hub, store::Store& store, RefusedShare what, const Settling& by);

}  // namespace homeroom::flow
