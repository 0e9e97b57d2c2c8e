// Relation: how a value that lost stands to the one that won, in words that tell no value.
#pragma once

#include <string>
#include <string_view>

namespace homeroom::merge {

/// "the same", "differs", "differs: day and month swapped", "differs: in upper and lower case
/// only", "differs: one character". Both are canonical JSON.
std::string relation(std::string_view winner, std::string_view other);

}  // namespace homeroom::merge
