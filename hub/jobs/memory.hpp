// Memory: what jobs remembers between ticks, kills and starts: where each schedule stands, and the
// work items made of it. The store keeps it in a file of its own, since a run holds the other one's
// writer all night. Rules are not here but in Queue and Scheduler.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace homeroom::jobs {

enum class ItemState : uint8_t { ready, leased, done, waiting, dead, cancelled };

/// One piece of work. Times ending in _ms are since 1970-01-01 UTC, but `lease_until`.
struct Item {
  uint64_t id = 0;
  std::string run;   ///< "nightly@2026-01-13T08:15:00Z"; with step and part it is there once only
  std::string step;  ///< "run" or "alert"
  uint32_t part = 0;
  ItemState state = ItemState::ready;
  uint32_t attempt = 0;
  uint32_t crashes = 0;     ///< leases that ended without a word
  uint64_t fence = 0;       ///< grows with each claim; whoever holds an older one writes nothing
  int64_t lease_until = 0;  ///< milliseconds of the clock that leases run on: see Moment
  std::string boot;         ///< which clock
  std::string owner;
  std::string order_key;  ///< items with the same one run one after the other, in the order of ids
  int64_t not_before_ms = 0;
  std::string last_error;

  std::string job;
  int64_t planned_ms = 0;
  std::string
      arguments;  ///< of a run: further words of the command line; of an alert: what it says
  bool is_by_person = false;
  std::string
      outcome;  ///< succeeded, partial, failed, brake, interrupted, skipped; empty while open
  uint64_t run_number = 0;  ///< 0: none that published
  int64_t started_ms = 0;
  int64_t ended_ms = 0;  ///< of an alert that is open: when it is tried no more
};

/// Where one schedule stands.
struct ScheduleState {
  std::string job;
  int64_t planned_ms =
      0;  ///< the last planned instant that was looked at; the next is computed from it
  int64_t taken_ms = 0;             ///< the last that became an item or was left out on purpose
  int64_t late_told_ms = 0;         ///< the planned instant whose lateness has been told
  uint32_t failures = 0;            ///< failed runs in a row
  std::optional<int32_t> good_day;  ///< local day of the last planned instant whose run ended well
  std::string paused_why;           ///< empty: it is not paused
  std::string paused_by;
  int64_t paused_ms = 0;
};

class Memory {
 public:
  virtual ~Memory() = default;

  /// Milliseconds of a clock that all who share this memory see, or none: it is one machine's.
  virtual std::optional<int64_t> shared_clock_ms() { return std::nullopt; }

  /// What `change` writes is written whole or, when it throws, not at all. Not inside itself.
  virtual void atomically(const std::function<void()>& change) = 0;

  virtual std::optional<ScheduleState> schedule(const std::string& job) = 0;
  virtual void put_schedule(const ScheduleState& state) = 0;

  /// False, and nothing changed, if there is one of the same run, step and part.
  virtual bool add(const Item& item) = 0;
  virtual std::optional<Item> item(uint64_t id) = 0;
  /// Leases the first item of the step that may begin at `now_ms`, and answers it as it is then.
  /// Not one whose order key has an earlier item that has not ended, a dead one included.
  virtual std::optional<Item> claim(const std::string& step, int64_t now_ms,
                                    const std::string& owner, const std::string& boot,
                                    int64_t lease_until) = 0;
  /// False when the item is not leased under this fence any more.
  virtual bool extend(uint64_t id, uint64_t fence, int64_t lease_until) = 0;
  /// Writes all of `item` but its fence if it is leased under that fence; else false.
  virtual bool settle(const Item& item) = 0;
  /// Writes state, outcome and last_error of an item that is not leased; else false.
  virtual bool settle_unleased(const Item& item) = 0;
  virtual std::vector<Item> leased() = 0;
  /// Of one job, or of all; the newest first.
  virtual std::vector<Item> newest(const std::string& job, const std::string& step,
                                   uint32_t most) = 0;
  /// Items of a job's runs that have not ended, dead ones included, oldest first.
  virtual std::vector<Item> open(const std::string& job) = 0;
  virtual std::map<ItemState, uint64_t> counts() = 0;
  /// Since when the oldest item that may begin waits; nothing if none does.
  virtual std::optional<int64_t> oldest_ready_ms(int64_t now_ms) = 0;
  /// Forgets what ended before.
  virtual void forget_ended(int64_t before_ms) = 0;
};

}  // namespace homeroom::jobs
