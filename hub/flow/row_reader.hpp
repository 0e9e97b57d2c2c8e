// RowReader: the rows of one stream of a mapping, a batch at a time, wherever they come from.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "hub/map/rows.hpp"
#include "hub/plugin/instance.hpp"

namespace homeroom::flow {

class RowReader {
 public:
  virtual ~RowReader() = default;
  /// The next rows, their columns in the order of `reads`; false at the end. They are valid until
  /// the next call. Throws Error(not_readable) naming file and line where the file cannot be
  /// trusted.
  virtual bool next(map::StreamRows& rows) = 0;
  /// Records that could not be read and were left out.
  virtual uint64_t set_aside() const = 0;
  /// Where the first of them stands and why, "line 7: 5 cells, the header has 12"; empty if none.
  virtual std::string first_aside() const { return {}; }
};

/// Rows in a batch: the more, the less each costs, until columns and text leave the second cache.
inline constexpr uint32_t rows_in_batch = 4096;

/// A stream that a plugin offers. The instance serves one thread at a time and outlives the reader.
std::unique_ptr<RowReader> plugin_rows(plugin::Instance& instance, const plugin::StreamInfo& stream,
                                       const map::Reads& reads);

/// A delimited file (RFC 4180, packed when it ends in .gz), read as the csv_file plugin reads it,
/// or an NDJSON file (.ndjson, .jsonl) whose objects have the columns as names. Throws fix_settings
/// where a column that is needed is not in the head.
std::unique_ptr<RowReader> file_rows(const std::filesystem::path& file, const map::Reads& reads);

}  // namespace homeroom::flow
