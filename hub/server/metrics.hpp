// Metrics: the daemon in numbers, as Prometheus reads them. Labels are names of jobs, states and
// outcomes; nothing about a person.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "hub/jobs/jobs.hpp"
#include "hub/store/store.hpp"

namespace homeroom::server {

class Metrics {
 public:
  /// Looks at the store; may throw where it cannot be reached. Asked at most twice a minute.
  using Watch = std::function<std::optional<store::Watched>()>;
  /// `disk` is a file or folder, there or still to come, whose disk is watched. All must outlive
  /// it.
  Metrics(jobs::Memory& memory, const jobs::Queue& queue, std::filesystem::path disk, Watch watch);
  ~Metrics();

  /// Counts a run that ended. From any thread.
  void count(const jobs::Item& run, const jobs::RunEnd& end);
  /// All of it now, in the text format. From any thread.
  std::string text();

 private:
  void look_at_store(int64_t since_boot_ms);
  void tell_store(int64_t now_ms);

  struct Families;
  jobs::Memory& memory_;
  const jobs::Queue& queue_;
  std::filesystem::path disk_;
  Watch watch_;
  std::mutex mutex_;  ///< one reader at a time: what the queue has counted is added once
  std::unique_ptr<Families> families_;
  std::optional<store::Watched> watched_;  ///< as it was seen last
  std::optional<int64_t> looked_at_;       ///< since the machine's start, milliseconds
};

}  // namespace homeroom::server
