// homeroom/csv.hpp - delimited files (RFC 4180) as batches of the columns asked for, in bounded
// memory. Rows that cannot be read are set aside; a file that cannot be trusted is refused.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "homeroom/csv_input.hpp"
#include "homeroom/source.hpp"

namespace homeroom {

/// How a row says that its record is gone; it fills the column _op.
struct Removal {
  /// The column has this value; it has any text; every row.
  enum class When { equals, filled, always };
  When when = When::equals;
  std::string column;  ///< empty with `always`; with '?' at its end it may be missing, and nothing
                       ///< is removed
  std::string value;   ///< with `equals`, whatever the case
};

/// How a file is written and which of its rows are records.
struct CsvOptions {
  std::string place;  ///< what messages and provenance call the file
  char delimiter = ',';
  char quote = '"';
  bool any_case = false;         ///< header names match whatever their case
  bool may_be_empty = true;      ///< false: a full read without a record is not complete
  std::vector<std::string> key;  ///< to name the key of a row set aside
  std::optional<Removal> removal;
  /// Only rows with this text in this column are read; the others are no records of this read.
  struct Only {
    std::string column;
    std::string value;
  };
  std::optional<Only> only;
  uint32_t chunk = 256 << 10;  ///< bytes read at a time
};

/// Reads one file. The first call of next() declares the wanted columns, then _line, _offset and,
/// with a removal, _op.
class CsvReader : public Reader {
 public:
  /// Reads the header. Throws not_readable if a wanted column is missing or named twice.
  CsvReader(const Host& host, std::unique_ptr<CsvInput> input, CsvOptions options,
            const Read& what);
  ~CsvReader() override;

  void next(Batch& batch) override;
  End end() override;
  std::string version() override;

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

/// The names of a file's header. Throws not_readable as the reader does; an empty file has none.
std::vector<std::string> csv_header(std::unique_ptr<CsvInput> input, const CsvOptions& options);

}  // namespace homeroom
