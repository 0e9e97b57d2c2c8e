// Heard: on which day a source was heard last, however old its files were then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

/// Staged.
void put_heard(store::Store& store, const std::string& source, int32_t day);
/// Nothing: not since this is noted, or never.
std::optional<int32_t> heard_on(store::Store& store, const std::string& source);

}  // namespace homeroom::flow
