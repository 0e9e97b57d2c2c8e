// Sandbox: what a runner takes from itself before it maps a plugin, layer by layer.
#pragma once

#include <string>
#include <vector>

#include "hub/plugin/open.hpp"
#include "hub/plugin/openings.hpp"

namespace homeroom::plugin {

/// What a runner may do.
struct Confinement {
  RunnerStyle style;
  std::string scratch;  ///< the instance's own folder, which it may fill
  std::string own;      ///< the library's folder, which it may read
  std::vector<Opening> openings;
};

/// Gives up, in this order: gaining privileges, capabilities, resources beyond the style's, files
/// beyond the openings (Landlock), and system calls that start programs or processes, make sockets
/// or reach other processes (seccomp). For the calling thread and those it starts; not to be taken
/// back. Says for each layer whether this system has it; a layer that is missing does not keep the
/// others from being set up.
std::vector<Layer> confine(const Confinement& what);

}  // namespace homeroom::plugin
