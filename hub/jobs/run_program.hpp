// RunProgram: one run of a job in a process of its own, through the same verb a person uses. A run
// that leaks, crashes or asks for too much memory ends that process and not the daemon; the
// daemon's end, however it comes, ends the run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hub/jobs/memory.hpp"
#include "hub/world/world.hpp"

namespace homeroom::jobs {

struct RunEnd {
  enum class Kind : uint8_t { ended, locked, crashed, stopped };
  Kind kind = Kind::ended;
  /// With ended: succeeded, partial, failed, brake or cancelled. Cancelled also with crashed where
  /// SIGTERM or SIGINT ended it: somebody else than us told it to end.
  std::string outcome;
  std::string says;  ///< what was wrong, in the report's words
  uint64_t run = 0;  ///< its number, 0 where it got none
  double seconds = 0;
  std::map<std::string, uint64_t> records;  ///< mapped, unchanged, ... over all streams
};

class RunProgram {
 public:
  /// `front` are the words before the verb: --workspace and --set.
  RunProgram(std::filesystem::path program, std::vector<std::string> front, const world::Log& log)
      : program_(std::move(program)), front_(std::move(front)), log_(log) {}

  /// Runs the item's job to its end. `must_stop` is asked some times a second; after it has said
  /// yes the run is asked to stop, and ended if it does not within 10 seconds. What the run says on
  /// its standard error is logged. Call it from a thread that outlives the run.
  RunEnd run(const Item& item, const std::function<bool()>& must_stop) const;

 private:
  std::filesystem::path program_;
  std::vector<std::string> front_;
  const world::Log& log_;
};

}  // namespace homeroom::jobs
