// CaseRows: the CSV text of one stream in a mapping's case, as columns of a block.
#pragma once

#include "hub/map/map.hpp"
#include "hub/record/arena.hpp"
#include "hub/settings/node.hpp"

namespace homeroom::map {

/// Reads CSV text with a header; columns that are not given have values == nullptr. Lines count
/// from 1 at the header. Refuses a column that `reads` does not name.
StreamRows case_rows(const settings::Node& csv, const Reads& reads, record::Arena& arena);

}  // namespace homeroom::map
