// The time since the machine's start, put ahead by the milliseconds that the file LEASE_CLOCK says:
// a process that was stopped finds its lease long over, without a test that waits for it.
#include <cstdlib>
#include <ctime>
#include <fstream>

#include <dlfcn.h>

#pragma GCC visibility push(default)
extern "C" int clock_gettime(clockid_t which, timespec* time) noexcept {
  using Real = int(clockid_t, timespec*);
  static auto* real = reinterpret_cast<Real*>(dlsym(RTLD_NEXT, "clock_gettime"));
  int code = real(which, time);
  if (code != 0 || which != CLOCK_BOOTTIME) return code;
  long ahead_ms = 0;
  if (const char* file = std::getenv("LEASE_CLOCK")) std::ifstream(file) >> ahead_ms;
  time->tv_sec += ahead_ms / 1000;
  return 0;
}
#pragma GCC visibility pop
