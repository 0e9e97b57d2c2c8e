// NDJSON files as rows: each line an object, its members by name the columns.
#pragma once

#include "hub/flow/row_reader.hpp"

namespace homeroom::flow {

/// Texts are taken as they are, null is null, any other value as its JSON text. Throws not_readable
/// naming file and line for a line that is no JSON object or longer than 10 MB.
std::unique_ptr<RowReader> ndjson_rows(const std::filesystem::path& file, const map::Reads& reads);

}  // namespace homeroom::flow
