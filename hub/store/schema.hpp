// The tables of a store and the steps that bring an older file forward.
#pragma once

#include <cstdint>

#include "hub/sqlite/sqlite.hpp"

namespace homeroom::store {

inline constexpr int64_t application_id = 1213550162;  ///< "HURR": what the file says it is
inline constexpr int page_size = 32768;

/// Versions this program reads and brings forward; PRAGMA user_version of the file. The version
/// also stands for the layout of what is sealed, which no step can rewrite.
int64_t oldest_schema();
int64_t newest_schema();

/// Runs every step the file, empty or of a version that is read, has not had yet, inside the
/// caller's transaction.
void bring_forward(sqlite::Database& database);

}  // namespace homeroom::store
