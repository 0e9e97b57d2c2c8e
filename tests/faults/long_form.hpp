// Faults come in two lengths: some places of each kind in every build, all of them in
// `./dev test-long`.
#pragma once

#include <cstdlib>

namespace homeroom::flows {

inline bool is_long() {
  return std::getenv("HOMEROOM_LONG") != nullptr;
}

}  // namespace homeroom::flows
