// Plan: when a job is due. A function of its schedule, the zone and the school days alone; what has
// run and what was missed is for Scheduler.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "hub/jobs/school_days.hpp"
#include "hub/settings/workspace.hpp"

namespace homeroom::jobs {

class Plan {
 public:
  /// `days` is needed where the schedule asks for school days. Both must outlive the plan.
  Plan(const settings::Schedule& schedule, std::string zone, const SchoolDays* days)
      : schedule_(schedule), zone_(std::move(zone)), days_(days) {}

  /// The first instant after `after_ms` (both since 1970-01-01 UTC). A time of the wall clock that
  /// the clocks skip is due at the instant at which they do; one they show twice, the first time
  /// only; so every planned time of every day is due once. Nothing where none is known: a job that
  /// starts after others, and behind the last day of the calendar.
  std::optional<int64_t> next(int64_t after_ms) const;

  /// By when the run that was due at `planned_ms` must have ended well; nothing if the schedule
  /// says none.
  std::optional<int64_t> done_by(int64_t planned_ms) const;

 private:
  bool is_on(int32_t day) const;

  const settings::Schedule& schedule_;
  std::string zone_;
  const SchoolDays* days_;
};

}  // namespace homeroom::jobs
