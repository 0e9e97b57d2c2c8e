// homeroom/csv_package.hpp - a folder or a zip of CSV files that belong together.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "homeroom/csv_input.hpp"

namespace homeroom {

/// The files at the root of a folder or zip. Nothing of a zip is ever written to disk.
class CsvPackage {
 public:
  virtual ~CsvPackage() = default;
  /// Names of the regular files, sorted.
  const std::vector<std::string>& names() const { return names_; }
  /// Is there a file of this very name?
  bool has(std::string_view name) const;
  /// The file's name as it is written there, found whatever its case; empty if it is not there.
  std::string find(std::string_view name) const;
  /// Opens one file; not_readable if it is not there.
  virtual std::unique_ptr<CsvInput> open(const std::string& name) const = 0;
  /// The newest time of a change among the files, UTC milliseconds.
  int64_t as_of_ms() const { return as_of_ms_; }

 protected:
  std::vector<std::string> names_;
  int64_t as_of_ms_ = 0;
};

/// Opens a folder, or a zip if `path` is a file. Throws not_readable if there is neither, and for
/// a zip that breaks a rule: names of letters, digits, '.', '_' and '-' at the root, none twice
/// (whatever the case), no link, nothing encrypted, at most 10,000 files, 2 GB and a ratio of 100.
std::unique_ptr<CsvPackage> open_csv_package(const std::string& path);

}  // namespace homeroom
