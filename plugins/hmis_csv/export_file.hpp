// ExportFile: the one row of Export.csv, which says what the package is.
#pragma once

#include <cstdint>
#include <string>

#include "homeroom/csv_package.hpp"

namespace homeroom::hmis_csv {

struct ExportFile {
  std::string version;    ///< "2024" or "2026"
  bool is_delta = false;  ///< ExportDirective 1; 2 is a full refresh, and 3 (other) counts as one
  int64_t export_ms = 0;  ///< ExportDate read as UTC, 0 if it is no date
};

/// Reads Export.csv. Throws not_readable if it is missing, has not exactly one row, or is of a year
/// that is not known here.
ExportFile read_export(const CsvPackage& package);

/// "2026-01-05" or "2026-01-05 02:15:00" as UTC milliseconds; 0 if it is neither.
int64_t utc_ms(const std::string& date_time);

}  // namespace homeroom::hmis_csv
