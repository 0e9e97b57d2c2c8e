#include "hub/world/pace.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/world/files.hpp"

namespace homeroom::world {
namespace {

constexpr int64_t longest_ms = 10 * 60'000;  ///< a clock that was set back may not stop everybody

File lock_of(const std::filesystem::path& path) {
  File file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.descriptor() < 0 || flock(file.descriptor(), LOCK_EX) != 0)
    throw Error(Next::retry, path.string() + ": cannot be opened and locked");
  return file;
}

}  // namespace

Pace::Pace(std::filesystem::path folder, double per_second, const Clock& clock)
    : folder_(std::move(folder)),
      interval_ms_(per_second > 0 ? static_cast<int64_t>(1000 / per_second) : 0),
      clock_(clock) {}

/// The moment taken, not before `least`; the next one is `by` behind it.
int64_t Pace::move(const std::string& host, int64_t least, int64_t by) {
  int64_t free = 0;
  auto taken = [&] { return std::max(least, std::min(free, clock_.now_ms() + longest_ms)); };
  if (folder_.empty()) {
    auto& own = own_[host];
    free = own;
    own = taken() + by;
    return taken();
  }
  auto file = lock_of(folder_ / (host + ".pace"));
  if (pread(file.descriptor(), &free, sizeof free, 0) != sizeof free) free = 0;
  auto moment = taken();
  auto next = moment + by;
  if (pwrite(file.descriptor(), &next, sizeof next, 0) != sizeof next)
    throw Error(Next::retry, (folder_ / host).string() + ".pace: cannot be written");
  return moment;
}

int64_t Pace::take(const std::string& host) {
  auto now = clock_.now_ms();
  return move(host, now, interval_ms_) - now;
}

void Pace::hold(const std::string& host, int64_t ms) {
  move(host, clock_.now_ms() + std::min(ms, longest_ms), 0);
}

}  // namespace homeroom::world
