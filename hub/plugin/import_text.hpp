// Texts of an Arrow array ("vu", "u" or "U") become 16-byte views with pointers.
#pragma once

#include "hub/plugin/import_column.hpp"

namespace homeroom::plugin {

/// `valid` is a byte a row or nullptr. Rows that are null become empty texts.
Imported import_texts(const Slice& slice, const uint8_t* valid, record::Arena& arena);

}  // namespace homeroom::plugin
