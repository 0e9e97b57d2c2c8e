// StageClock: CPU seconds of a run by stage. Each moment belongs to exactly one stage, so the
// stages add up to the whole.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hub/world/meter.hpp"

namespace homeroom::flow {

class StageClock {
 public:
  StageClock() : start_(world::usage().cpu_seconds), last_(world::thread_cpu_seconds()) {}

  /// From here on time belongs to `stage`.
  void enter(const std::string& stage) {
    settle();
    now_ = stage;
  }
  std::vector<std::pair<std::string, double>> stages() {
    settle();
    return stages_;
  }
  double cpu_seconds() const { return world::usage().cpu_seconds - start_; }

 private:
  void settle() {
    double cpu = world::thread_cpu_seconds();
    for (auto& [stage, seconds] : stages_)
      if (stage == now_) {
        seconds += cpu - last_;
        last_ = cpu;
        return;
      }
    stages_.emplace_back(now_, cpu - last_);
    last_ = cpu;
  }
  double start_;
  double last_;
  std::string now_ = "other";
  std::vector<std::pair<std::string, double>> stages_;
};

}  // namespace homeroom::flow
