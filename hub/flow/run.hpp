// run: one job from its sources to its destinations. The only place that knows the order of the
// walk.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hub/flow/hub.hpp"
#include "hub/flow/pulse.hpp"
#include "hub/record/report.hpp"

namespace homeroom::flow {

/// What a person approves so that a store which was moved or restored may send.
inline constexpr const char* moved_store = "moved_store";

struct RunOptions {
  std::string job;
  bool is_dry = false;
  std::vector<std::string> sources;  ///< only these; empty: those of the job
  std::map<std::string, std::string>
      approvals;      ///< brake, destination, moved_store or lost_store -> why
  std::string actor;  ///< who approves, for the audit log
  /// Told where the run stands, some times a second; for progress on a terminal. May be empty.
  Pulse::Tell tell;
  /// Every record is weighed, not only those whose link may have changed: the way of tests to show
  /// that both give the same.
  bool weighs_all = false;
  /// Sources that tell changes are read from their beginning too.
  bool reads_everything = false;
};

struct RunResult {
  record::Report report;
  std::map<std::string, uint64_t> refusals;  ///< "source stream: why" -> rows
};

/// Runs a job. Outcomes of data, brakes and destinations are in the report; throws Error for what a
/// person must mend in the settings, and world::Locked when another run holds the store.
RunResult run(const Hub& hub, const RunOptions& options);

}  // namespace homeroom::flow
