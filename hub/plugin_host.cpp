// homeroom-plugin-host: holds one plugin for the hub that started it.
#include <cstdio>

#include <malloc.h>

#include "hub/plugin/open.hpp"

#if defined(__SANITIZE_ADDRESS__)
// The search for leaks at the end would have to look into this process from another one. A plugin
// that crashes ends by its signal, as it does elsewhere.
extern "C" const char* __asan_default_options() {
  return "detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_abort=0";
}
#endif

int main() {
  // Rows come and go a batch at a time: what one gave back, the next is to find, not the system.
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  int code = homeroom::plugin::serve_as_runner();
  if (code == 2)
    std::fputs(
        "homeroom-plugin-host is started by homeroom, for one plugin; nothing is to be done "
        "with it by hand\n",
        stderr);
  return code;
}
