// ManifestFile: OneRoster's manifest.csv, which says of each file whether it is absent, the whole
// or changes only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "homeroom/csv_package.hpp"

namespace homeroom::oneroster_csv {

enum class Version { v1_1, v1_2 };
enum class FileMode { absent, bulk, delta };

struct ManifestFile {
  Version version = Version::v1_1;
  std::map<std::string, FileMode, std::less<>> files;  ///< "users" to its mode
  std::vector<std::string> errors;  ///< one sentence each, in the order of the lines

  FileMode mode(std::string_view file) const;
};

/// Reads and checks the text of manifest.csv; what is wrong is in `errors`.
ManifestFile parse_manifest(std::string_view text);

/// Reads the package's manifest.csv and compares it with the files that are there. Throws
/// not_readable naming every error.
ManifestFile read_manifest(const CsvPackage& package);

}  // namespace homeroom::oneroster_csv
