// Scheduler: makes work items of what is due, and draws the consequences of how runs end: jobs that
// waited for them, failures in a row, lateness, who is told. It starts nothing and sends nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hub/jobs/queue.hpp"
#include "hub/jobs/timetable.hpp"

namespace homeroom::jobs {

/// What the person who starts a run by hand asks for beside the job.
struct Request {
  std::string job;
  std::vector<std::string> arguments;  ///< further words of the command line: "--set", "NAME=VALUE"
};

class Scheduler {
 public:
  /// All must outlive it.
  Scheduler(const Timetable& timetable, Memory& memory, Queue& queue,
            const settings::Alerts& alerts)
      : timetable_(timetable), memory_(memory), queue_(queue), alerts_(alerts) {}

  /// Looks at the clock: what has become due becomes an item, what was missed or is late is told.
  /// May be called as often as one likes; one instant never becomes two items.
  void tick();
  /// Counts leases that nobody holds any more; `is_gone` as Queue::expire.
  void expire(const std::function<bool(const Item&)>& is_gone);
  /// Whether a scheduled run has stood ready for longer than its window, which begins when it may
  /// begin: at its time, when it is handed back, when the run it waits for ends. A job after others
  /// has the rest of that day.
  bool is_too_late(const Item& run);
  /// What follows from a run that ended; for the transaction that ends it.
  void run_ended(const Item& run);

  /// Tells that a scheduled run was left out because another one was in its way; for the
  /// transaction that ends it. Of several in a row only the first is told.
  void tell_skipped(const Item& run);

  /// By a person. pause and resume tell nobody and are remembered with who and why; a run that
  /// ended its process again and again is let go by resume. Throw fix_settings for a job without a
  /// schedule.
  void pause(const std::string& job, const std::string& actor, const std::string& why);
  void resume(const std::string& job);
  /// One run now. False if one asked for at this very moment is there already.
  bool trigger(const Request& request);
  /// One run for each planned instant from day to day, in order, each with that day as its run_date
  /// and in its arguments {date}. Answers how many. Throws fix_settings for days before the last
  /// good run, or while a run has not ended: they would take the store back; and for those that
  /// have not been.
  std::size_t backfill(const Request& request, int32_t from, int32_t to);

  /// Where the schedule stands; a new one begins now.
  ScheduleState state(const std::string& job);

 private:
  bool has_something_to_do(const Timetable::Entry& entry, int64_t now);
  void look_at(const Timetable::Entry& entry, int64_t now);
  std::optional<int64_t> last_due(const Plan& plan, int64_t after, int64_t now) const;
  void take(const Timetable::Entry& entry, int64_t due, ScheduleState& state, int64_t now);
  void look_for_lateness(const Timetable::Entry& entry, ScheduleState& state, int64_t now);
  void start_waiting(const Item& run);
  void tell(const std::string& when, const Item& about, const std::string& says);
  Item item_for(const settings::Job& job, int64_t planned_ms) const;

  const Timetable& timetable_;
  Memory& memory_;
  Queue& queue_;
  const settings::Alerts& alerts_;
};

}  // namespace homeroom::jobs
