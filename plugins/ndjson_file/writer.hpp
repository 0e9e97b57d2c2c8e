// Writers of the two kinds of delivery. Both collect into a temporary file and let it appear in
// finish(); the keys of what was put are answered then.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "homeroom/sink.hpp"
#include "plugins/ndjson_file/new_file.hpp"

namespace homeroom::ndjson_file {

/// What one delivery wrote, as it stands in the manifest beside the file.
struct Counts {
  uint64_t lines = 0;
  uint64_t upserts = 0;
  uint64_t removals = 0;
};

/// All live shares as one file, a JSON document a line, in the order of their ids.
class SnapshotFile {
 public:
  SnapshotFile(std::filesystem::path path, std::string destination, uint64_t number);
  void put(const Share& share);
  /// The file appears, unless the one that stands there has the very same bytes.
  void finish();

 private:
  std::filesystem::path path_;
  std::string destination_;
  uint64_t number_;
  NewFile file_;
  Counts counts_;
  std::string last_id_;
};

/// One delivery of upserts and removals as one numbered file, NAME-000001.ndjson.
class ChangesFile {
 public:
  ChangesFile(const std::filesystem::path& path, std::string destination, uint64_t number);
  void put(const Share& share);
  void finish();

 private:
  std::filesystem::path path_;
  std::string destination_;
  uint64_t number_;
  NewFile file_;
  Counts counts_;
  std::string line_;
};

/// NAME.ndjson and 7 become NAME-000007.ndjson.
std::filesystem::path numbered(const std::filesystem::path& path, uint64_t number);
/// FILE.manifest.json
std::filesystem::path manifest_of(const std::filesystem::path& path);

}  // namespace homeroom::ndjson_file
