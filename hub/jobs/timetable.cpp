#include "hub/jobs/timetable.hpp"

#include <algorithm>

#include "homeroom/error.hpp"

namespace homeroom::jobs {

Timetable::Timetable(const settings::Workspace& workspace) : workspace_(workspace) {
  for (const auto& job : workspace.jobs) {
    if (!job.schedule) continue;
    if (job.schedule->on_school_days && !days_)
      days_ = std::make_unique<SchoolDays>(workspace.calendar.days);
    entries_.push_back({&job, Plan(*job.schedule, workspace.time_zone, days_.get())});
  }
}

const Timetable::Entry& Timetable::entry(const std::string& job) const {
  auto found = std::ranges::find(entries_, job, [](const auto& entry) { return entry.job->name; });
  if (found != entries_.end()) return *found;
  std::vector<std::string> names;
  for (const auto& entry : entries_) names.push_back(entry.job->name);
  if (std::ranges::find(workspace_.jobs, job, &settings::Job::name) != workspace_.jobs.end())
    throw Error(Next::fix_settings, job + " has no schedule; give it at, cron or after");
  auto near = settings::did_you_mean(job, names);
  throw Error(Next::fix_settings, "no job " + job + (near ? ", did you mean " + *near + "?" : ""));
}

}  // namespace homeroom::jobs
