#include "hub/plugin/sandbox.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/resource.h>
#include <sys/sysinfo.h>

#include "hub/plugin/landlock.hpp"
#include "hub/plugin/privileges.hpp"
#include "hub/plugin/system_calls.hpp"

namespace homeroom::plugin {
namespace {

Layer layer(const char* name, bool is_on) {
  return {name, is_on, is_on ? "" : std::strerror(errno)};
}

bool limit(__rlimit_resource resource, rlim_t most) {
  rlimit now{};
  if (getrlimit(resource, &now) != 0) return false;
  rlim_t least = std::min(now.rlim_max, most);
  rlimit then{least, least};
  return setrlimit(resource, &then) == 0;
}

// The kernel counts what the account runs already, wherever it was started.
rlim_t threads_there_are() {
  struct sysinfo now {};
  return ::sysinfo(&now) == 0 ? now.procs : 0;
}

bool limit_resources(const RunnerStyle& style) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // these take all addresses
  if (!limit(RLIMIT_AS, style.memory_bytes)) return false;
#endif
  return limit(RLIMIT_CORE, 0) && limit(RLIMIT_CPU, style.cpu_s) &&
         limit(RLIMIT_NOFILE, style.files) &&
         limit(RLIMIT_NPROC, threads_there_are() + style.processes);
}

}  // namespace

std::vector<Layer> confine(const Confinement& what) {
  bool may_write = std::ranges::any_of(what.openings, &Opening::is_writable);
  std::vector<Layer> layers;
  layers.push_back(layer("no new privileges", give_up_new_privileges()));
  layers.push_back(layer("no capabilities", drop_capabilities()));
  layers.push_back(
      layer("limits of memory, time, files and processes", limit_resources(what.style)));
  layers.push_back(layer("declared files only (Landlock)", close_files(what)));
  layers.push_back(
      layer("no sockets, programs and processes (seccomp)", close_system_calls(may_write)));
  return layers;
}

}  // namespace homeroom::plugin
