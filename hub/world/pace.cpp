#include "hub/world/pace.hpp"

#include <algorithm>

#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/world/lock.hpp"

namespace homeroom::world {
namespace {

constexpr int64_t longest_ms = 10 * 60'000;  ///< a clock that was set back may not stop everybody

}  // namespace

Pace::Pace(std::filesystem::path folder, double per_second, const Clock& clock, uint32_t burst)
    : folder_(std::move(folder)),
      interval_ms_(per_second > 0 ? static_cast<int64_t>(1000 / per_second) : 0),
      burst_ms_(interval_ms_ * (std::max(burst, 1u) - 1)),
      clock_(clock) {}

int64_t Pace::moment_after(int64_t free, int64_t now) const {
  return std::clamp(free, now - burst_ms_, now + longest_ms);
}

int64_t Pace::shared_moment(const std::string& host) const {
  auto file = take_turn(folder_ / (host + ".pace"));
  auto now = clock_.now_ms();
  int64_t free = 0;
  if (pread(file.descriptor(), &free, sizeof free, 0) != sizeof free) free = 0;
  auto moment = moment_after(free, now);
  auto next = moment + interval_ms_;
  if (pwrite(file.descriptor(), &next, sizeof next, 0) != sizeof next)
    throw Error(Next::retry, (folder_ / host).string() + ".pace: cannot be written");
  return moment;
}

int64_t Pace::take(const std::string& host) {
  auto now = clock_.now_ms();
  auto moment = now;
  if (interval_ms_ > 0 && !folder_.empty()) {
    moment = shared_moment(host);
  } else if (interval_ms_ > 0) {
    moment = moment_after(free_[host], now);
    free_[host] = moment + interval_ms_;
  }
  return std::max({moment, held_[host], now}) - now;
}

void Pace::hold(const std::string& host, int64_t ms) {
  held_[host] = clock_.now_ms() + ms;
}

}  // namespace homeroom::world
