// Unmask: the flags --show and --why, and the record they leave.
#pragma once

#include <string>

#include "hub/cli/command.hpp"

namespace homeroom::flow {
class Hub;
}

namespace homeroom::cli {

/// The account that runs the program: what the operating system says, not what the environment
/// claims.
std::string account();

struct Unmask {
  bool is_asked = false;
  std::string why;

  void add_to(const Command& verb);
  /// Writes who looks at `target` into the audit log, if values are to be shown. `target` is never
  /// a value of a student.
  void record(const flow::Hub& hub, const std::string& target) const;
};

}  // namespace homeroom::cli
