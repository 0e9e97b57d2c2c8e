// The merger of a workspace, the same one for a run and for explain.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hub/flow/hub.hpp"
#include "hub/merge/merge.hpp"

namespace homeroom::flow {

/// `sources`: the names of the workspace's sources in the order in which they are merged. `hub`
/// must outlive the merger.
inline std::unique_ptr<merge::Merger> merger_of(const Hub& hub, std::vector<std::string> sources) {
  const auto& workspace = hub.workspace();
  auto findings = workspace.findings == settings::Findings::last      ? merge::Findings::last
                  : workspace.findings == settings::Findings::ignored ? merge::Findings::ignored
                                                                      : merge::Findings::lower;
  return std::make_unique<merge::Merger>(hub.model(), std::move(sources), workspace.trust,
                                         findings);
}

}  // namespace homeroom::flow
