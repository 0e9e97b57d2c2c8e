// The configuration of a workspace as one hash: what a run was made with, for its report.
#pragma once

#include <string>

#include "hub/flow/hub.hpp"

namespace homeroom::flow {

/// 64 small letters over what homeroom.yaml, the mappings with their code files, the policies, the
/// model and the calendar say. It changes exactly when one of them says something else: not with
/// comments or spaces, not with cases of mappings, not with the folder they lie in, and not with
/// --set.
std::string configuration_hash(const Hub& hub);

}  // namespace homeroom::flow
