// backup: a copy of the store, and apart from it one of its keys; and a copy put back in the
// store's place. Without both, nobody can read what is in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "hub/flow/hub.hpp"
#include "hub/keys/keys.hpp"

namespace homeroom::flow {

/// What a backup holds, as it says itself in backup.json.
struct Backup {
  std::string tenant;
  uint64_t generation = 0;
  int64_t made_ms = 0;
  uint64_t bytes = 0;
  std::string sha256;                        ///< of the store's file
  std::vector<keys::Erasure> erasures = {};  ///< who was forgotten: keys put back may not know
  std::string jobs_sha256 = {};              ///< of the book of jobs; empty: there was none
};

/// Writes the published generation into a new folder: store.db, the book of jobs beside it
/// (jobs.db) and backup.json. May be called while a run writes the store. The copy is read back:
/// its chains are walked and its size and digest noted. With a folder for keys, the key file and
/// the key database go there, after the data, so that no sealed unit of the copy lacks its key.
/// Throws Error(fix_settings) when a folder is there already and holds anything, or when keys would
/// lie beside the data.
Backup back_up(const Hub& hub, const std::filesystem::path& data_folder,
               const std::optional<std::filesystem::path>& key_folder);

struct Restore {
  std::filesystem::path from;
  std::optional<std::filesystem::path> keys_from;
  bool may_replace = false;
  std::string actor, why;
};

struct Restored {
  Backup backup;
  std::filesystem::path before;  ///< where the store that was there stays; empty: there was none
  /// What only the store that was there can answer for, by chain: disclosures and audit entries
  /// made after the backup. Empty too where that store cannot be read.
  std::map<std::string, uint64_t> only_before;
  uint64_t forgotten =
      0;  ///< records of the backup whose children were forgotten since, or past their time
};

/// Checks a backup wholly, then lets it take the store's place in one step. Nothing is sent from it
/// until a person approves `moved_store`. Keys are put back only where there are none: those that
/// are here are newer than any copy and know who was forgotten; so is a book of jobs. Throws
/// Error(fix_settings) for a backup that was changed or is another tenant's, and when a store is
/// there and `may_replace` is not said; world::Locked while a run holds it.
Restored restore(const Hub& hub, const Restore& what);

}  // namespace homeroom::flow
