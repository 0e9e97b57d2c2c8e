// What an instance is lent beside the host's table and HTTP, in either carrier: "homeroom.wait/1"
// and "homeroom.scratch/1".
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "homeroom/services.h"
#include "hub/world/cancel.hpp"

namespace homeroom::plugin {

/// A wait that ends when the run is asked to stop. `cancel` outlives it.
class LentWait {
 public:
  explicit LentWait(const world::Cancel& cancel);
  const hr_wait* table() const { return &table_; }

 private:
  hr_wait table_;
};

/// A folder of one instance, and a look at whether its files hold more than they may.
class LentScratch {
 public:
  LentScratch(const std::filesystem::path& folder, uint64_t bytes);
  LentScratch(const LentScratch&) = delete;
  LentScratch& operator=(const LentScratch&) = delete;

  const hr_scratch* table() const { return &table_; }
  /// Whether there are more bytes, or more entries than HR_SCRATCH_ENTRIES, or a folder that cannot
  /// be looked into. Looks at most once a second and says no in between.
  bool is_exceeded();
  /// "it keeps more than 1024 MiB or 10000 entries of scratch files"
  std::string says() const;

 private:
  std::string path_;
  hr_scratch table_;
  std::chrono::steady_clock::time_point looked_;
};

}  // namespace homeroom::plugin
