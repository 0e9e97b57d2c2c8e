// Services: what an instance is lent beside the host's table, "homeroom.wait/1" and
// "homeroom.scratch/1", in either carrier.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "homeroom/services.h"
#include "hub/world/cancel.hpp"

namespace homeroom::plugin {

/// What the files of an instance may hold in its scratch folder, and a look at whether they do.
class ScratchQuota {
 public:
  ScratchQuota(std::filesystem::path folder, uint64_t bytes)
      : folder_(std::move(folder)), bytes_(bytes) {}
  /// Whether they hold more; looks at most once a second and says no in between.
  bool is_exceeded();
  /// "it keeps more than 1024 MiB of scratch files"
  std::string says() const;
  const std::filesystem::path& folder() const { return folder_; }
  uint64_t bytes() const { return bytes_; }

 private:
  std::filesystem::path folder_;
  uint64_t bytes_;
  std::chrono::steady_clock::time_point looked_;
};

class Services {
 public:
  /// `cancel` outlives it. The folder is there by the time it is asked for.
  Services(const world::Cancel& cancel, const std::filesystem::path& scratch, uint64_t quota);
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;
  /// A table, or null for an id that is not of these.
  const void* table(std::string_view id) const;

 private:
  const world::Cancel& cancel_;
  std::string path_;
  hr_wait wait_;
  hr_scratch scratch_;
};

}  // namespace homeroom::plugin
