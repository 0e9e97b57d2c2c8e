// The settings of one plugin instance as they are handed over: one text a leaf of the YAML, its
// path as the name.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/settings/node.hpp"

namespace homeroom::settings {

using Flat = std::vector<std::pair<std::string, std::string>>;

/// {files: {attendance: {path: a.csv}}} gives "files.attendance.path"; items of a list are numbered
/// from 0. Entries of the top named in `own` are left out; `text_of` says what a scalar stands for.
Flat flat_settings(const Node& node, const std::vector<std::string_view>& own,
                   const std::function<std::string(const Node& scalar)>& text_of);

}  // namespace homeroom::settings
