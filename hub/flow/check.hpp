// check: everything of a workspace that can be wrong before a run, looked at without one.
#pragma once

#include <string>
#include <vector>

#include "hub/flow/hub.hpp"

namespace homeroom::flow {

enum class CheckState : uint8_t { good, advice, wrong };

/// One thing that was looked at.
struct CheckLine {
  CheckState state = CheckState::good;
  std::string what;  ///< "policy", "source sis", "destination nurses"
  std::string says;  ///< for good ones what stands there, else what is wrong and where
};

/// Policies, then each source (settings, discovery, mapping, freshness), then each destination.
/// Never throws for what it finds; reads no record and sends nothing.
std::vector<CheckLine> check(const Hub& hub);

}  // namespace homeroom::flow
