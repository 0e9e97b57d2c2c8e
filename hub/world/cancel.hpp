// Cancel: the wish to stop, asked for by a person, a signal or the daemon. Work looks at it often.
#pragma once

#include <atomic>

namespace homeroom::world {

class Cancel {
 public:
  /// From any thread, and from a signal handler.
  void ask() { asked_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return asked_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> asked_{false};
};

/// While it lives, the first SIGINT or SIGTERM asks `cancel`; a second one ends the process as
/// usual. One at a time; `cancel` must outlive it.
class StopSignals {
 public:
  explicit StopSignals(Cancel& cancel);
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();
};

}  // namespace homeroom::world
