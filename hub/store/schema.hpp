// The tables of a store and the steps that bring an older store forward.
#pragma once

#include <cstdint>

#include "hub/sql/sql.hpp"

namespace homeroom::store {

inline constexpr int64_t application_id = 1213550162;  ///< "HURR": what the file says it is
inline constexpr int page_size = 16384;

/// Versions this program reads and brings forward. The version
/// also stands for the layout of what is sealed, which no step can rewrite.
int64_t oldest_schema();
int64_t newest_schema();

/// Runs every step that a store of this version, 0 for one without tables, has not had yet, inside
/// the caller's transaction. The caller notes the version.
void bring_forward(sql::Database& database, int64_t version, int64_t to = newest_schema());

}  // namespace homeroom::store
