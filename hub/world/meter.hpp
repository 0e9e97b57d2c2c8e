// Meter: what this process and its children have used so far.
#pragma once

#include <cstdint>

namespace homeroom::world {

struct Usage {
  double cpu_seconds = 0;       ///< user and system, all threads, children that ended included
  uint64_t peak_rss_bytes = 0;  ///< of this process or of its largest ended child
};

Usage usage();
/// Of the calling thread alone.
double thread_cpu_seconds();
/// Cores that this process may use; at least 1.
uint32_t cores();
/// Seconds that never jump; only differences mean something.
double steady_seconds();

/// Returns freed memory to the system. For the end of a large step: the next one asks for blocks of
/// other sizes, which would come on top.
void give_memory_back();

}  // namespace homeroom::world
