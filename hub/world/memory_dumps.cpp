#include "hub/world/memory_dumps.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace homeroom::world {

void forbid_memory_dumps() {
  rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__)  // its search for leaks looks into the process from outside
  // Collectors of dumps get one whatever the limit is (core(5), "Piping core dumps to a program").
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

}  // namespace homeroom::world
