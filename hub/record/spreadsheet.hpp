// CSV that people open in a spreadsheet.
#pragma once

#include <string>

namespace homeroom::record {

/// The text as one cell of RFC 4180, in quotes where it needs them; byte for byte what it was.
std::string csv_cell(const std::string& text);

/// The text as one cell, in quotes where it needs them. One that a spreadsheet would take for a
/// formula begins with an apostrophe.
std::string spreadsheet_cell(const std::string& text);

}  // namespace homeroom::record
