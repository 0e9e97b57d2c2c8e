// "Did you mean": the known name that is closest to a mistyped one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace homeroom::plugin {

/// The closest of `names`, if at most a third of the letters differ.
std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& names);

/// "; did you mean 'folder'?" or nothing.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& names);

}  // namespace homeroom::plugin
