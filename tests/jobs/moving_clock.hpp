// A clock that moves when a test says so: the wall's, which may be set, and the machine's, which
// may not.
#pragma once

#include "hub/jobs/queue.hpp"

namespace homeroom::jobs {

struct MovingClock {
  int64_t wall_ms = 1'768'291'200'000;  // 2026-01-13T08:00:00Z, 03:00 in New York
  int64_t since_boot_ms = 1'000'000;
  std::string boot = "this start";

  void pass(int64_t ms) {
    wall_ms += ms;
    since_boot_ms += ms;
  }
  void set_wall(int64_t ms) { wall_ms = ms; }
  Queue::Now moments() {
    return [this] { return Moment{wall_ms, since_boot_ms, boot}; };
  }
};

}  // namespace homeroom::jobs
