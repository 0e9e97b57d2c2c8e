// file_run: one mapping file applied to plain files, without a store.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "hub/map/map.hpp"

namespace homeroom::map {

/// What became of the rows; rows_in = mapped + filtered + rejected.
struct FileCounts {
  uint64_t rows_in = 0;
  uint64_t mapped = 0;    ///< reached an output row, or were looked up for one
  uint64_t filtered = 0;  ///< left out by a condition, or refused
  uint64_t rejected = 0;  ///< set aside
  uint64_t rows_out = 0;
};

/// Maps files (CSV, or NDJSON by the ending .ndjson or .jsonl) by stream and writes
/// `out`/ENTITY.ndjson for each entity of the mapping. Everything is held in memory.
/// Throws fix_settings for a mapping that does not compile, a stream it does not read, a stream or a
/// column it needs and does not get; not_readable for a broken file.
FileCounts map_files(const std::filesystem::path& mapping, const std::multimap<std::string, std::filesystem::path>& inputs,
                     const std::filesystem::path& out, const record::Model& model,
                     const std::map<std::string, std::string>& parameters);

}  // namespace homeroom::map
