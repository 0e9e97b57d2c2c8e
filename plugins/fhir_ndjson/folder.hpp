// Folder: which files of a drop folder belong to which resource type.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace homeroom::fhir_ndjson {

struct StreamFile {
  std::filesystem::path path;
  std::string shown;        ///< relative to the folder, for messages and places
  int64_t modified_ms = 0;  ///< UTC
};

class Folder {
 public:
  /// `named` gives a stream its one file by name, instead of those found by their names.
  Folder(std::filesystem::path path, std::map<std::string, std::string> named)
      : path_(std::move(path)), named_(std::move(named)) {}

  /// Patient.ndjson, Patient.000.ndjson, Patient_1.ndjson, 1.Patient.ndjson, in the order of their
  /// names; empty if there is none. Throws Error(not_readable) if the folder itself cannot be read.
  std::vector<StreamFile> files_of(const std::string& resource) const;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::map<std::string, std::string> named_;
};

}  // namespace homeroom::fhir_ndjson
