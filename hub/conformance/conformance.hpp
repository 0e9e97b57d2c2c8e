// The door of the conformance room: what every plugin must hold, tried on one plugin with its
// sample.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/conformance/report.hpp"
#include "hub/conformance/subject.hpp"
#include "hub/world/cancel.hpp"

namespace homeroom::conformance {

struct TrialStyle {
  uint32_t limit_s = 20;          ///< the time of one check
  std::vector<std::string> only;  ///< checks as "area.check" or areas; empty: all
  std::vector<Carrier> carriers = {Carrier::inside, Carrier::runner};
};

/// Tries every check that fits the plugin's contracts in each carrier, each in a process of its
/// own, so that a plugin that crashes, hangs, exits or leaks fails that check and no other. Throws
/// fix_settings where `only`, or a skip of conformance.yaml, names nothing that would be tried,
/// where no runner can be started, and Error(stop) when `cancel` is asked.
Report try_plugin(const Subject& subject, const world::Cancel& cancel,
                  const TrialStyle& style = {});

}  // namespace homeroom::conformance
