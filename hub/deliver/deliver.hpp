// deliver: takes what one destination is owed to it and brings back receipts, at the destination's
// pace. Retries with backoff, jitter and the destination's own Retry-After, within a budget, and
// leaves a destination alone that fails again and again; never remembers a failed send as sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "hub/deliver/breaker.hpp"
#include "hub/deliver/memory.hpp"
#include "hub/plugin/instance.hpp"
#include "hub/world/pace.hpp"

namespace homeroom::deliver {

struct Counts {
  uint64_t delivered = 0;  ///< upserts with a receipt in this run
  uint64_t refused = 0;
  uint64_t pending = 0;
  uint64_t removed = 0;
  uint64_t removals_pending = 0;
  std::string trouble;  ///< what stopped it, in words with the next step; empty when all went well
};

struct Patience {
  std::chrono::seconds most{60};  ///< for all pauses between tries of one destination in one run
  uint32_t tries = 5;
  std::chrono::milliseconds first{500};
  /// Shares tried again in vain, as a part of those owed at first, after which the rest is left to
  /// the next run: a destination that cannot keep up is not helped by repetitions.
  double budget = 0.2;
};

/// Everything deliver may wait on; tests hold time still.
struct Waiting {
  std::function<bool(std::chrono::milliseconds)> wait;  ///< false: the run was asked to stop
  std::function<double()> jitter;                       ///< 0 to 1
};

/// How fast shares are put, at most so many at once. No pace without a rate.
struct Tempo {
  world::Pace* pace = nullptr;
  std::string name;  ///< of the destination in it
  uint32_t burst = 1;
};

/// Where to, and what it is spared.
struct Target {
  plugin::Instance& sink;
  std::string name;
  std::string key_prefix;  ///< "tenant/destination"
  Breaker& breaker;
  Tempo tempo;
};

/// Sends what is owed. A destination that cannot be reached leaves everything pending; that is an
/// outcome, not an exception.
Counts deliver(const Target& target, Outbox& outbox, const Patience& patience,
               const Waiting& waiting);

}  // namespace homeroom::deliver
