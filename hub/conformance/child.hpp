// Work in a process of its own: whatever it does to that process, the answer is a value.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "hub/world/cancel.hpp"

namespace homeroom::conformance {

struct Ended {
  bool has_answered = false;
  std::string answer;  ///< what the work gave back; without an answer, how the process ended
};

/// Runs `work` in a fork of this process, which must have no other thread, and ends it and its
/// children after `limit`. What the work writes to standard output or error makes it fail to
/// answer; when the process ends by itself, that text is passed on to standard error. Throws
/// Error(stop) when `cancel` is asked.
Ended run_in_child(const std::function<std::string()>& work, std::chrono::seconds limit,
                   const world::Cancel& cancel);

}  // namespace homeroom::conformance
