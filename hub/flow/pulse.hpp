// Pulse: the beat of a run. Every few thousand rows work says how far it is, for a person who looks
// on, and hears whether it shall stop.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "hub/flow/names.hpp"

namespace homeroom::flow {

struct Progress {
  std::string doing;      ///< "hearing sis", "sending to nurses"
  uint64_t done = 0;      ///< rows, students or documents
  uint64_t expected = 0;  ///< 0: not known
};

class Pulse {
 public:
  using Tell = std::function<void(const Progress&)>;

  /// `cancel` must outlive it. `tell` may be empty; it is called some times a second.
  Pulse(const world::Cancel& cancel, Tell tell) : cancel_(cancel), tell_(std::move(tell)) {}

  void begin(std::string doing, uint64_t expected = 0);
  /// `more` were done. Throws Error(stop) when the run was asked to stop.
  void step(uint64_t more);

  const world::Cancel& cancel() const { return cancel_; }

 private:
  const world::Cancel& cancel_;
  Tell tell_;
  Progress now_;
  uint64_t told_at_ = 0;
  double told_when_ = 0;
};

}  // namespace homeroom::flow
