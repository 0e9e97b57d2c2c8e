// A command line run to its end, however it ends.
#pragma once

#include <csignal>
#include <cstdlib>
#include <string>

#include <sys/wait.h>

namespace homeroom::flows {

constexpr int killed = 128 + SIGKILL;

/// The exit code; 128 and the number of the signal that ended it, as a shell says it.
inline int run_line(const std::string& line) {
  int status = std::system(line.c_str());
  if (WIFSIGNALED(status)) return 128 + WTERMSIG(status);
  return WEXITSTATUS(status);
}

}  // namespace homeroom::flows
