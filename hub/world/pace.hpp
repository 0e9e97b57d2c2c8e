// Pace: how fast one host is asked, agreed on by everybody who asks it from this machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "hub/world/clock.hpp"

namespace homeroom::world {

/// A host's next free moment stands in a small file that processes lock for as long as it takes to
/// move it on: who asks takes that moment and waits for it.
class Pace {
 public:
  /// Without a folder the moments are this object's own. Who asked nothing for a while may ask
  /// `burst` times at once.
  Pace(std::filesystem::path folder, double per_second, const Clock& clock, uint32_t burst = 1);

  /// Takes the next free moment; how long to wait for it, in milliseconds.
  int64_t take(const std::string& host);
  /// take() answers with at least so many milliseconds from now: the host said so itself. Only this
  /// object's; who comes later may have a reason to ask again.
  void hold(const std::string& host, int64_t ms);

 private:
  int64_t shared_moment(const std::string& host) const;
  int64_t moment_after(int64_t free, int64_t now) const;

  std::filesystem::path folder_;
  int64_t interval_ms_;
  int64_t burst_ms_;  ///< how far the next free moment may lie behind
  const Clock& clock_;
  std::map<std::string, int64_t> free_;  ///< next free moments, where there is no folder
  std::map<std::string, int64_t> held_;
};

}  // namespace homeroom::world
