// Setback: work that fails again and again until something outside is well: a server that is away,
// a disk that is full. It is told when it begins, now and then while it lasts, and when it is over,
// and is tried less and less often.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace homeroom::jobs {

/// Times are seconds of the steady clock. One thread tells it how the work goes, any may ask.
class Setback {
 public:
  static constexpr std::chrono::milliseconds shortest_pause{500};

  struct Over {
    uint64_t times = 0;  ///< it failed
    double seconds = 0;  ///< from the first of them
  };

  /// Whether this failure should be told: the first, and then after one minute, two, four, and each
  /// quarter of an hour.
  bool failed(double now);
  /// What is over now, if anything was.
  std::optional<Over> worked(double now);

  /// How often it failed without working in between.
  uint64_t times() const { return times_; }
  /// The shortest where all is well; while it fails, up to five seconds, in whole shortest ones.
  std::chrono::milliseconds pause() const;
  /// A hiccup is no setback yet.
  bool lasts(double now) const;

 private:
  std::atomic<double> since_ = 0;  ///< 0: all is well
  uint64_t times_ = 0;
  double tell_at_ = 0, wait_ = 0;
};

}  // namespace homeroom::jobs
