// Metrics: the daemon in numbers, as Prometheus reads them. Labels are names of jobs, states and
// outcomes; nothing about a person.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "hub/jobs/jobs.hpp"

namespace homeroom::server {

class Metrics {
 public:
  /// `disk` is a file or folder whose disk is watched. All must outlive it.
  Metrics(jobs::Memory& memory, const jobs::Queue& queue, std::filesystem::path disk);
  ~Metrics();

  /// Counts a run that ended. From any thread.
  void count(const jobs::Item& run, const jobs::RunEnd& end);
  /// All of it now, in the text format. From any thread.
  std::string text();

 private:
  struct Families;
  jobs::Memory& memory_;
  const jobs::Queue& queue_;
  std::filesystem::path disk_;
  std::mutex mutex_;  ///< one reader at a time: what the queue has counted is added once
  std::unique_ptr<Families> families_;
};

}  // namespace homeroom::server
