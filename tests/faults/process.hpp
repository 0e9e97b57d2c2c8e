// A command line run to its end, however it ends.
#pragma once

#include <csignal>
#include <cstdlib>
#include <string>

#include <sys/wait.h>

namespace homeroom::flows {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool can_preload = false;  // a sanitizer has to be loaded first itself
#else
constexpr bool can_preload = true;
#endif

constexpr int killed = 128 + SIGKILL;

/// The exit code; 128 and the number of the signal that ended it, as a shell says it.
inline int run_line(const std::string& line) {
  int status = std::system(line.c_str());
  if (WIFSIGNALED(status)) return 128 + WTERMSIG(status);
  return WEXITSTATUS(status);
}

}  // namespace homeroom::flows
