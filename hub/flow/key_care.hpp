// Key care: making the keys before the first run, and drawing new ones that wrap all others.
#pragma once

#include <functional>
#include <string>

#include "hub/flow/hub.hpp"
#include "hub/keys/keys.hpp"

namespace homeroom::flow {

/// Makes the key file and the key database. Throws Error(fix_settings) when they are there.
void make_keys(const Hub& hub);

/// What there is, and how much waits; nothing secret. Throws Error(fix_settings) when there are
/// none.
keys::KeyStatus key_status(const Hub& hub);

struct KeyRotation {
  keys::RootKeyPlace root_was;  ///< where a root key that moves was kept outside before
  bool leaves_rest = false;     ///< for the runs to do
  std::string actor, why;
};
/// Draws a new tenant key, and wraps every page of keys with it; one that was begun before goes on.
/// `tell` hears how many pages are left. May be stopped anywhere: nothing is lost, and the next
/// call or the next run goes on. Throws world::Locked while a run holds the store.
keys::KeyStatus rotate_keys(const Hub& hub, const KeyRotation& what,
                            const std::function<void(uint64_t left)>& tell);

}  // namespace homeroom::flow
