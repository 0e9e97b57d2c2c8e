// Heard: on which day a source was heard last, however old its files were then, and whose word is
// too old to be in a profile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hub/settings/workspace.hpp"

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

/// Staged.
void put_heard(store::Store& store, const std::string& source, int32_t day);
/// Nothing: not since this is noted, or never.
std::optional<int32_t> heard_on(store::Store& store, const std::string& source);

/// Why what a source said may be kept no longer (`when_missing: keep N days`), where it may not.
std::optional<std::string> overdue(store::Store& store, const settings::Source& source,
                                   int32_t run_date);

/// Sources of whom the profiles say nothing, since nobody heard them for too long. Staged.
void put_withheld(store::Store& store, const std::vector<std::string>& sources);
std::vector<std::string> withheld(store::Store& store);

}  // namespace homeroom::flow
