// Parameters: the texts that `--set NAME=VALUE` may change, written ${name} in values of
// homeroom.yaml.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "hub/settings/node.hpp"

namespace homeroom::settings {

class Parameters {
 public:
  /// `declared` are the workspace's own, `set` those of the command line; every workspace has data,
  /// store, keys, out, mode, deliver and run_date. Folders of the workspace are made absolute from
  /// `folder`, those of `set` from the current folder.
  Parameters(const Node& declared, const std::map<std::string, std::string>& set,
             const std::filesystem::path& folder);

  /// The scalar with every ${name} replaced. Throws for a name that is not declared.
  std::string fill(const Node& node) const;
  const std::map<std::string, std::string>& values() const { return values_; }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace homeroom::settings
