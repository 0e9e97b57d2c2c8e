// Timestamps as ISO 8601 writes them.
#pragma once

#include <string>
#include <string_view>

#include "hub/record/column.hpp"

namespace homeroom::express {

/// Reads YYYY-MM-DDThh:mm[:ss[.ffffff]][Z|+hh:mm|-hh:mm]; a space may stand for T.
bool read_timestamp(std::string_view text, record::Timestamp& out);
/// YYYY-MM-DDThh:mm:ss, with a fraction if there is one and the offset as written ("Z" is +00:00).
std::string timestamp_text(const record::Timestamp& value);
/// The day of the offset as written.
int32_t local_date(const record::Timestamp& value);

}  // namespace homeroom::express
