// Gathered writes: an SQLite file system for a database that is built from front to back and that
// nobody else looks into: pages that follow each other go to the system in one call, which costs it
// half of what a call for each page does. A commit hands on all that was gathered, and fails where
// that does.
#pragma once

namespace homeroom::sqlite {

/// Its name, for sqlite3_open_v2. It stands on what is SQLite's own when it is first asked for.
const char* gathered_writes();

}  // namespace homeroom::sqlite
