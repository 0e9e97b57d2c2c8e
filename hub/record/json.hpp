// Canonical JSON values: the one spelling of a value that rows, profiles and hashes use.
// Strings are UTF-8 with only the escapes RFC 8785 asks for; there is no white space.
#pragma once

#include <string>
#include <string_view>

#include "hub/record/column.hpp"

namespace homeroom::record {

/// Appends the text as a JSON string. Control characters become \u00XX (or \n, \t, ...).
void append_json_string(std::string& out, std::string_view text);

/// Appends the value of one valid row of a column as canonical JSON. Lists become arrays of
/// strings, decimals keep their digits without trailing zeros, timestamps keep their offset as
/// written.
void append_json_value(std::string& out, const Column& column, uint32_t row);

/// The text of a JSON string (quotes and escapes undone); any other JSON as it stands.
std::string text_of_json(std::string_view json);

}  // namespace homeroom::record
