// `columns matching PATTERN`: one line for all columns whose names have a form, in place of a loop.
#pragma once

#include "hub/map/plan.hpp"

namespace homeroom::map {

struct Match {
  uint32_t column = 0;
  std::vector<std::string> groups;  ///< the whole name, then what stands in each ( )
};

/// The pattern of "columns matching PATTERN"; nothing for other texts.
std::optional<std::string> pattern_of(const settings::Node& node);

/// The columns whose whole name fits the pattern (RE2), in their order. Throws fix_settings for a
/// pattern that is none, fits no column, or fits more than 1,000.
std::vector<Match> matching(const settings::Node& node, const std::string& pattern,
                            const std::vector<NamedColumn>& columns);

/// The entries of a map, with an entry `columns matching PATTERN: {NAME: EXPRESSION}` written out
/// for each column: in the name {1} is what the first ( ) caught and {0} the whole name; in the
/// expression `it` is the column.
std::vector<std::pair<settings::Node, settings::Node>> entries_of(
    const settings::Node& map, const std::vector<NamedColumn>& columns);

}  // namespace homeroom::map
