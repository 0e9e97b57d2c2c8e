// One mapping applied to plain files, without a store.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "hub/flow/mapped_run.hpp"
#include "hub/map/shelf.hpp"
#include "hub/record/model.hpp"

namespace homeroom::flow {

/// A mapping and the files it is applied to, by stream.
struct FilesToMap {
  std::filesystem::path mapping;
  std::multimap<std::string, std::filesystem::path> inputs;
  const record::Model& model;
  std::map<std::string, std::string> parameters;
  map::Shelf
      shelf;  ///< where code files and pieces are looked for that do not lie beside the mapping
  uint64_t memory_bytes = 0;  ///< what held rows may take; 0: no bound
};

/// What became of the rows of files.
struct FilesMapped : MappedCounts {
  /// Whole files in which no row stands, not even one that was set aside.
  std::vector<std::filesystem::path> empty_files;
};

/// Maps files (CSV, or NDJSON by the ending .ndjson or .jsonl) by stream and writes
/// `out`/ENTITY.ndjson for each entity of the mapping, the same whatever `threads` is; when
/// anything goes wrong, what was there before stays. Rows that memory has no room for go to a file
/// without a name in `out`. Throws fix_settings for a mapping that does not compile, a stream it
/// does not read, a stream it needs and does not get; not_readable for a file that is broken or
/// lacks a column.
FilesMapped map_files(const FilesToMap& files, const std::filesystem::path& out, uint32_t threads);

/// Some of the rows made from files.
struct MappedSlice {
  const map::Mapping& mapping;
  const map::Output& output;
  const Places& places;
  /// The files of each stream of the mapping, in order.
  const std::vector<std::vector<std::filesystem::path>>& files;

  /// The file and the line a row of a stream stands in.
  std::pair<std::filesystem::path, uint32_t> place(uint32_t stream, uint32_t row) const;
};

/// Maps the files some rows at a time and hands each to `use`, on this thread. Rows that memory has
/// no room for go to a file without a name in `scratch`; of those, findings of steps are not told.
/// Answers the mapping. Throws as map_files() does.
std::unique_ptr<map::Mapping> map_in_slices(const FilesToMap& files,
                                            const std::filesystem::path& scratch,
                                            const std::function<void(const MappedSlice&)>& use);

/// Rows made from files, while they are in memory.
struct MappedFiles {
  const map::Mapping& mapping;
  const map::Block& block;
  const map::Output& output;
  /// Of each stream: the first row of each of its files, in order.
  const std::vector<std::vector<std::pair<uint32_t, std::filesystem::path>>>& files;

  /// The file and the line a row of a stream stands in.
  std::pair<std::filesystem::path, uint32_t> place(uint32_t stream, uint32_t row) const;
};

/// Maps all rows of the files at once and hands them to `use`. Throws as map_files() does, and
/// fix_settings where they take more than `memory_bytes`.
void with_mapped_files(const FilesToMap& files, const std::function<void(const MappedFiles&)>& use);

}  // namespace homeroom::flow
