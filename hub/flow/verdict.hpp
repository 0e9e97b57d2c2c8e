// Verdict: what a run's own figures make of it, its status and what needs a person.
#pragma once

#include <string>
#include <vector>

#include "hub/record/report.hpp"
#include "hub/settings/workspace.hpp"

namespace homeroom::flow {

/// Beside the figures.
struct Circumstances {
  const settings::Job& job;                   ///< what it tolerates
  const std::vector<std::string>& not_asked;  ///< sources of which the job wants nothing
  bool is_moved = false;                      ///< nothing is sent from a store that was moved
};

/// Sets the status of a run that came to its end, and tells why it is no better. Partial: not all
/// was heard, read, kept or taken. Failed: a sum does not hold.
void judge(record::Report& report, const Circumstances& around);

/// 0 succeeded, 3 partial, 4 brake, 1 failed or cancelled.
int exit_code(const record::Report& report);

}  // namespace homeroom::flow
