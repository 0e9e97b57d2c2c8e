// Landlock: the kernel's own list of files this process may touch.
#pragma once

#include "hub/plugin/sandbox.hpp"

namespace homeroom::plugin {

/// Closes all files but the system's libraries and time zones, the library's folder, the scratch
/// folder and the openings. Where the kernel can, TCP and signals to others are closed too. False,
/// with errno, where this kernel has no Landlock or it is turned off.
bool close_files(const Confinement& what);

}  // namespace homeroom::plugin
