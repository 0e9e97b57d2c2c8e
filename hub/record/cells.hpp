// Cells: one line of a small table that people keep by hand (codes, calendars). What sources send
// is read by plugins, not here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace homeroom::record {

/// Splits a line at its commas; a cell may stand in quotes, a quote inside it twice. False for an
/// open quote.
bool read_cells(std::string_view line, std::vector<std::string>& cells);

}  // namespace homeroom::record
