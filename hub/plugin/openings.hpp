// Openings: which files and folders a plugin in a runner may see, from what its manifest declares
// and what its settings name.
#pragma once

#include <string>
#include <vector>

#include "hub/plugin/manifest.hpp"
#include "hub/plugin/settings.hpp"

namespace homeroom::plugin {

/// A folder with all below it, or a file.
struct Opening {
  std::string path;
  bool is_writable = false;
  bool operator==(const Opening&) const = default;
};

/// One for each path that permissions.folders declares: a path, or "setting:NAME" for the values of
/// that setting and of those below it. A destination may write there: where it writes a file, the
/// folder of the file is opened, since it replaces the file; where that is not there yet, the
/// nearest folder that is.
std::vector<Opening> openings_of(const Manifest& manifest, const CheckedSettings& settings);

}  // namespace homeroom::plugin
