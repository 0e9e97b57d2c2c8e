#include "hub/jobs/plan.hpp"

#include "hub/world/wall_clock.hpp"
#include "hub/world/world.hpp"

namespace homeroom::jobs {

namespace {

/// Between two 29 February that fall on one day of the week lie 28 years, or 40 around 2100.
constexpr int32_t farthest_days = 41 * 366;

}  // namespace

std::optional<int64_t> Plan::next(int64_t after_ms) const {
  if (!schedule_.times) return std::nullopt;
  auto first = world::local_date(after_ms, zone_);
  auto last = schedule_.on_school_days ? days_->last() : first + farthest_days;
  for (auto day = first; day <= last; ++day) {
    if (!is_on(day)) continue;
    // Later times of the wall clock never come to earlier instants, so the first one found is the
    // next.
    for (auto minute : schedule_.times->times())
      if (auto at = world::wall_clock(day, minute, zone_); at > after_ms) return at;
  }
  return std::nullopt;
}

std::optional<int64_t> Plan::done_by(int64_t planned_ms) const {
  if (!schedule_.done_by) return std::nullopt;
  auto day = world::local_date(planned_ms, zone_);
  auto same_day = world::wall_clock(day, *schedule_.done_by, zone_);
  return same_day > planned_ms ? same_day : world::wall_clock(day + 1, *schedule_.done_by, zone_);
}

bool Plan::is_on(int32_t day) const {
  return schedule_.times->is_on(day) && (!schedule_.on_school_days || days_->is_one(day));
}

}  // namespace homeroom::jobs
