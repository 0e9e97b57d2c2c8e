// System calls: the list of those a plugin needs, as a filter in the kernel.
#pragma once

namespace homeroom::plugin {

/// From now on every other call is refused with EPERM: none makes a socket, starts a program or a
/// process, or touches another one. Who `may_write` may also set the mode of a file it has open.
/// False, with errno, where the kernel takes no filter.
bool close_system_calls(bool may_write);

}  // namespace homeroom::plugin
