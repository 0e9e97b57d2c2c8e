// shred: one child is forgotten for ever. Keys go first, so that no copy of the data, however old,
// can be read of this child again; then the store forgets, and sources are not heard of them.
#pragma once

#include <cstdint>
#include <string>

#include "hub/flow/hub.hpp"

namespace homeroom::flow {

struct Shredding {
  std::string student;  ///< Homeroom's id, source:key or system:identifier; also of one who left
  std::string actor, why;
};

struct Shredded {
  std::string student;        ///< Homeroom's id
  int64_t since_ms = 0;       ///< when it was forgotten before; then all below is 0
  uint64_t records = 0;       ///< of all sources
  uint64_t asides = 0;        ///< records set aside that said they were the child's
  uint64_t asides_left = 0;   ///< that do not say whose they are, in sources that know the child
  uint64_t reasons = 0;       ///< words of people in the audit log
  uint64_t destinations = 0;  ///< that are owed a removal
};

/// Who is forgotten already stays so, and nothing new is written of it.
/// Durable when it returns; stopped on its way, the next run does the rest. The act is in the audit
/// log, disclosures stay there by Homeroom's id. Throws Error(fix_settings) for nobody or several,
/// world::Locked while a run holds the store.
Shredded shred(const Hub& hub, const Shredding& what);

}  // namespace homeroom::flow
