// Sending: takes what every destination of a job is owed to it, and counts what came of it.
#pragma once

#include <vector>

#include "hub/flow/hub.hpp"
#include "hub/flow/outbox.hpp"
#include "hub/flow/profiles.hpp"
#include "hub/flow/run.hpp"
#include "hub/record/report.hpp"

namespace homeroom::flow {

/// What may be sent, and of what; all of it must outlive the call.
struct Sending {
  const Hub& hub;
  const RunOptions& options;
  const settings::Job& job;
  store::Store& store;
  const govern::Governor& governor;
  Profiles& profiles;
  const LookedUp<store::Person>& persons;
  Pulse& pulse;
  uint64_t run = 0;
  bool is_published = false;  ///< without it nothing is sent
};

/// Whether the job sends there.
bool is_of_job(const settings::Job& job, const std::string& destination);

/// One entry a destination, in the governor's order. A destination that cannot be reached leaves
/// its shares owed; that is an outcome, not an exception.
std::vector<record::DeliveryCounts> send(const Sending& what);

}  // namespace homeroom::flow
