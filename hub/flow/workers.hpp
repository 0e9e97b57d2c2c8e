// Threads for the rooms of the walk, which have none of their own.
#pragma once

#include <memory>

#include "hub/resolve/workers.hpp"

namespace homeroom::flow {

/// As many threads as said; with 1 everything runs in the calling one.
std::unique_ptr<resolve::Workers> workers(uint32_t threads);

}  // namespace homeroom::flow
