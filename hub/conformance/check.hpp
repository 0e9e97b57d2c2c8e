// Check: one promise of the contract and how it is tried.
#pragma once

#include <vector>

#include "hub/conformance/bench.hpp"

namespace homeroom::conformance {

struct Check {
  const char* area;
  const char* name;
  const char* promise;
  const char* contract;  ///< it is about; empty: every plugin
  bool needs_peer;       ///< the other side must be there
  /// Returns where the promise holds; else throws Failed, Skipped or Error.
  void (*run)(const Bench& bench);
};

std::vector<Check> manifest_checks();
std::vector<Check> settings_checks();
std::vector<Check> discover_checks();
std::vector<Check> read_checks();
std::vector<Check> resume_checks();
std::vector<Check> damage_checks();
std::vector<Check> stands_checks();
std::vector<Check> write_checks();
std::vector<Check> error_checks();
std::vector<Check> log_checks();
std::vector<Check> resource_checks();
std::vector<Check> host_checks();

}  // namespace homeroom::conformance
