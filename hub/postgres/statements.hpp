// Statements over a PostgreSQL server.
#pragma once

#include <memory>
#include <string_view>

#include "hub/sql/sql.hpp"

namespace homeroom::postgres {

class OnPostgres;

/// A row that is simply put waits for others (WaitingRows); one that gives many rows is read by
/// a cursor; all else is asked at once.
std::unique_ptr<sql::Prepared> prepared(OnPostgres& database, std::string_view sql, sql::Rows rows);

}  // namespace homeroom::postgres
