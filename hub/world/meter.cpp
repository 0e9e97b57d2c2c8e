#include "hub/world/meter.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>

#include <malloc.h>
#include <sched.h>
#include <sys/resource.h>
#include <time.h>

namespace homeroom::world {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

rusage usage_of(int who) {
  rusage used{};
  getrusage(who, &used);
  return used;
}

// getrusage hands the peak of the program before exec() on; VmHWM is this program's own.
uint64_t own_peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return std::stoull(line.substr(6));
  return static_cast<uint64_t>(usage_of(RUSAGE_SELF).ru_maxrss);
}

}  // namespace

uint32_t cores() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  return static_cast<uint32_t>(std::max(CPU_COUNT(&allowed), 1));
}

Usage usage() {
  rusage self = usage_of(RUSAGE_SELF);
  rusage children = usage_of(RUSAGE_CHILDREN);
  Usage all;
  all.cpu_seconds = seconds(self.ru_utime) + seconds(self.ru_stime) + seconds(children.ru_utime) +
                    seconds(children.ru_stime);
  all.peak_rss_bytes =
      std::max(own_peak_kib(), static_cast<uint64_t>(children.ru_maxrss)) * uint64_t{1024};
  return all;
}

double thread_cpu_seconds() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void give_memory_back() {
  malloc_trim(0);
}

}  // namespace homeroom::world
