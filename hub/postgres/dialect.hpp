// dialect: what is said in SQLite's language, in PostgreSQL's.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace homeroom::postgres {

/// A table as the server knows it.
struct Table {
  struct Column {
    std::string name;
    bool is_number = false;  ///< bigint; else bytea
  };
  std::string name;
  std::vector<Column> columns;
  std::vector<std::string> key;
  /// One number in front names a row.
  bool has_number_key() const {
    return key.size() == 1 && columns.front().name == key.front() && columns.front().is_number;
  }
};
using Tables = std::map<std::string, Table, std::less<>>;

/// `?` and `?1` become `$1`; REPLACE INTO becomes an INSERT that overwrites the row of its key.
std::string in_postgres(std::string_view sql, const Tables& tables);
/// CREATE and ALTER TABLE: whole numbers are bigint, texts and blobs bytea, so that they hold any
/// byte and are compared and ordered as on SQLite, whatever encoding and collation the database
/// has.
std::string definitions_in_postgres(std::string_view sql);

/// " ON CONFLICT (key) DO UPDATE SET ..." of a table.
std::string overwriting(const Table& table);

/// The table of "REPLACE INTO table VALUES(?, ?)" or INSERT INTO, when all that is given are
/// parameters; else empty. Those may wait and go together.
std::string_view simply_put_into(std::string_view sql);
/// The words of a statement.
std::vector<std::string_view> words_of(std::string_view sql);

}  // namespace homeroom::postgres
