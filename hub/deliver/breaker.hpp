// Breaker: a destination that failed some times in a row is left alone for a while; then one share
// finds out whether it is well again. A circuit breaker, as the field calls it: closed while all is
// well, open while nothing is sent, half open for the one try.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "hub/world/clock.hpp"

namespace homeroom::deliver {

class Breaker {
 public:
  struct Rules {
    uint32_t after = 10;  ///< failures in a row that open it
    std::chrono::milliseconds open_for{30'000};
  };

  /// Until when it is open stands in the file, for the runs that follow; without one it is this
  /// object's alone.
  Breaker(std::filesystem::path file, const Rules& rules, const world::Clock& clock);

  /// How long nothing may be sent; 0 where it is closed or half open.
  std::chrono::milliseconds remaining() const;
  bool is_half_open() const { return until_ms_ != 0 && remaining().count() == 0; }
  /// The destination answered, well or ill: it is there.
  void succeed();
  /// No answer, or "not now".
  void fail();

 private:
  void open_until(int64_t ms);

  std::filesystem::path file_;
  Rules rules_;
  const world::Clock& clock_;
  uint32_t failures_ = 0;  ///< in a row
  int64_t until_ms_ = 0;   ///< 0: closed
};

}  // namespace homeroom::deliver
