// deliver: takes what one destination is owed to it and brings back receipts. Retries with backoff,
// jitter and the destination's own Retry-After, within a budget; never remembers a failed send as
// sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "hub/deliver/memory.hpp"
#include "hub/plugin/instance.hpp"

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
  std::chrono::seconds most{60};  ///< for all tries of one destination in one run
  uint32_t tries = 5;
  std::chrono::milliseconds first{500};
};

/// Everything deliver may wait on; tests hold time still.
struct Waiting {
  std::function<bool(std::chrono::milliseconds)> wait;  ///< false: the run was asked to stop
  std::function<double()> jitter;                       ///< 0 to 1
};

/// Sends what is owed; `key_prefix` is "tenant/destination". A destination that cannot be reached
/// leaves everything pending; that is an outcome, not an exception.
Counts deliver(plugin::Instance& sink, Outbox& outbox, const std::string& destination,
               const std::string& key_prefix, const Patience& patience, const Waiting& waiting);

}  // namespace homeroom::deliver
