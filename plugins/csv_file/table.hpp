// Table: one file of the settings and what is said about its columns.
#pragma once

#include <string>
#include <vector>

#include "homeroom/csv.hpp"

namespace homeroom::csv_file {

struct Table {
  std::string stream;
  std::string file;  ///< relative to the folder
  std::string key;   ///< columns joined by ','
  std::string subject;
  std::string space;
  Role role = Role::subject;
  Gone gone = Gone::absent;
  Encoding encoding = Encoding::utf8;
  bool removals = false;  ///< every row names a subject that is gone
  std::string source;     ///< with removals: only rows of this source, if it is set
  CsvOptions options;
};

/// Reads `files` and `removed` of the settings. Throws fix_settings naming the setting.
std::vector<Table> tables_of(const Settings& settings);

}  // namespace homeroom::csv_file
