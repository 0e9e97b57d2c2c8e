// Queue: who may do which work item for how long, and what becomes of one that failed, crashed or
// was never heard of again. The row is the truth: a worker that lost its lease writes nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "hub/jobs/memory.hpp"

namespace homeroom::jobs {

/// What time it is for a queue. Leases run on a clock that nobody sets: a jump of the wall clock
/// neither frees nor prolongs one. Several machines agree on the clock of the server they share.
struct Moment {
  int64_t wall_ms = 0;
  int64_t since_boot_ms = 0;
  std::string boot;  ///< another one: the machine was started again, and no lease of before holds
};

constexpr int64_t lease_ms = 60'000;
constexpr int64_t heartbeat_ms = 20'000;
constexpr uint32_t alone_after_crashes = 2;  ///< then it runs with less memory
constexpr uint32_t dead_after_crashes = 3;

/// Waiting time before the attempt after `attempt`, in milliseconds: full jitter over a span that
/// doubles from a second up to 15 minutes. `share` is a random number from 0 to 1.
int64_t backoff_ms(uint32_t attempt, double share);

class Queue {
 public:
  using Now = std::function<Moment()>;
  using Random = std::function<double()>;
  /// Runs inside the transaction that ends an item; what it writes stands or falls with it.
  using Effects = std::function<void(const Item&)>;

  Queue(Memory& memory, Now now, Random random)
      : memory_(memory), now_(std::move(now)), random_(std::move(random)) {}

  /// The next item of the step, leased; nothing if none may begin. `owner` names the worker for
  /// people.
  std::optional<Item> claim(const std::string& step, const std::string& owner);
  /// Prolongs the lease; false when it was lost, and the worker must stop.
  bool beat(const Item& item);

  /// It ended with this outcome. False when the lease was lost: nothing is written then.
  bool finish(Item item, const std::string& outcome, const Effects& effects = {});
  /// It may be done later: ready again after a growing wait, or `retry_after_ms` if that is longer;
  /// behind its ended_ms it ends as failed. False when the lease was lost.
  bool retry(Item item, const std::string& why, int64_t retry_after_ms,
             const Effects& effects = {});
  /// As retry, but at that time and however often: what it waits for is not its own fault.
  bool postpone(Item item, const std::string& why, int64_t wait_ms);
  /// The worker died under it: ready again at once, or dead at the third time.
  bool crashed(Item item, const std::string& why, const Effects& effects = {});
  /// Hands it back unharmed, as if it had not been begun.
  bool give_back(Item item);

  /// Counts every lease that has run out as a crash; `is_gone` says of an owner that it cannot be
  /// there any more, whatever its lease. `effects` of items that became dead or `interrupted`:
  /// those of which `is_too_late` says that doing them again has no sense.
  void expire(const std::function<bool(const Item&)>& is_gone,
              const std::function<bool(const Item&)>& is_too_late, const Effects& effects);

  /// Writes that came too late and were turned away, since this queue was made.
  uint64_t fenced() const { return fenced_; }
  Moment now() const { return now_(); }

 private:
  bool settle(const Item& item, const Effects& effects);

  Memory& memory_;
  Now now_;
  Random random_;
  std::atomic<uint64_t> fenced_ = 0;
};

}  // namespace homeroom::jobs
