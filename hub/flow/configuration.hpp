// The configuration of a workspace as one hash: what a run was made with, for its report.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hub/flow/hub.hpp"

namespace homeroom::flow {

/// 64 small letters over what homeroom.yaml, the mappings with their code files, the policies, the
/// model and the calendar say. It changes exactly when one of them says something else: not with
/// comments or spaces, not with cases of mappings, not with the folder they lie in, and not with
/// --set.
std::string configuration_hash(const Hub& hub);

/// Parts of it by names for people ("mapping of sis", "policy/record.yaml"), a hash each.
using ConfigurationParts = std::map<std::string, std::string>;

struct Configuration {
  std::string hash;  ///< configuration_hash()
  /// With what else decides what a run makes of its input: plugins and the program's own functions.
  ConfigurationParts parts;
};
Configuration configuration_of(const Hub& hub);

/// The names of those that are new, gone or not what they were; none where `before` is nothing.
std::vector<std::string> changed_parts(const ConfigurationParts& before,
                                       const ConfigurationParts& now);

}  // namespace homeroom::flow
