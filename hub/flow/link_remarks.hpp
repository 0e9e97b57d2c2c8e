// What people should know of the records that were linked: what could not be compared, and why.
#pragma once

#include <string>
#include <vector>

#include "hub/resolve/blocking.hpp"
#include "hub/resolve/records.hpp"

namespace homeroom::flow {

/// A sentence each, without a value of anybody.
std::vector<std::string> remarks_on(const resolve::Records& records,
                                    const resolve::Blocking& blocking);

}  // namespace homeroom::flow
