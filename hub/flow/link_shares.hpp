// Shares of records that were linked, by source and by group: errors of linking fall unevenly.
#pragma once

#include <string>
#include <vector>

#include "hub/flow/link_files.hpp"

namespace homeroom::flow {

std::vector<LinkedSource> shares_of_sources(const resolve::Records& records,
                                            const resolve::Clusters& clusters);

/// By value of each group's column. Values of fewer than ten records are told together, and not at
/// all where that is fewer than ten. A column of more values than a group has is no group: it is
/// not told, but for a remark.
std::vector<LinkedGroup> shares_of_groups(const resolve::Records& records,
                                          const resolve::Clusters& clusters,
                                          std::vector<std::string>& remarks);

}  // namespace homeroom::flow
