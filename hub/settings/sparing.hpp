// Sparing: how fast a destination is sent to, and when it is left alone.
#pragma once

#include <chrono>
#include <cstdint>

#include "hub/settings/node.hpp"

namespace homeroom::settings {

struct Sparing {
  double per_second = 0;     ///< shares, of all jobs; 0: as fast as it takes them
  int64_t burst = 1;         ///< at once, after a silence
  int64_t break_after = 10;  ///< failures in a row
  std::chrono::seconds break_for{30};
  int64_t tries = 5;                ///< of a run
  std::chrono::seconds within{60};  ///< all pauses between them
  double retry_budget = 0.2;        ///< of what is owed at first
};

/// Reads `pace`, `breaker` and `retry` of a destination; what is not said is as above.
Sparing read_sparing(const Node& destination);

}  // namespace homeroom::settings
