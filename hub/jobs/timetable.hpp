// Timetable: the plans of all scheduled jobs of a workspace, with the calendar they need read once.
#pragma once

#include <memory>
#include <vector>

#include "hub/jobs/plan.hpp"

namespace homeroom::jobs {

class Timetable {
 public:
  struct Entry {
    const settings::Job* job;
    Plan plan;
  };

  /// Of the jobs with a schedule, in the order of the file. Reads the calendar's days if one of
  /// them asks for school days; throws what SchoolDays throws. The workspace must outlive it.
  explicit Timetable(const settings::Workspace& workspace);

  const std::vector<Entry>& entries() const { return entries_; }
  /// Throws fix_settings, with what was perhaps meant, for a job that has no schedule.
  const Entry& entry(const std::string& job) const;
  /// Nothing where no job asks for school days.
  const SchoolDays* school_days() const { return days_.get(); }
  const std::string& zone() const { return workspace_.time_zone; }

 private:
  const settings::Workspace& workspace_;
  std::unique_ptr<SchoolDays> days_;
  std::vector<Entry> entries_;
};

}  // namespace homeroom::jobs
