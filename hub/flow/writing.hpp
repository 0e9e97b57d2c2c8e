// Writing: what a person sets goes into the store at once, with a reason that is recorded.
#pragma once

#include <string>

#include "homeroom/error.hpp"
#include "hub/flow/hub.hpp"
#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"
#include "hub/world/lock.hpp"

namespace homeroom::flow {

/// The store as its one writer, for a moment. Throws world::Locked while a run holds it; `what`
/// says to others who holds it now.
template <class Change>
auto with_store(const Hub& hub, const char* what, Change change) {
  world::Lock lock(hub.lock_file(), what, hub.clock());
  auto keys = hub.open_keys();
  auto store = hub.open_store(*keys, true);
  return change(*store);
}

inline void must_have_reason(const std::string& why) {
  if (why.find_first_not_of(' ') == std::string::npos)
    throw Error(Next::fix_settings, "--why TEXT is missing: the reason is recorded");
}

}  // namespace homeroom::flow
