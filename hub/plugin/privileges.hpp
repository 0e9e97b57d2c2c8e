// The first two things a runner gives up: what it could gain, and what it has as root.
#pragma once

namespace homeroom::plugin {

/// From now on no program this process starts has more rights than it, whatever the file's mode
/// says (prctl(2), PR_SET_NO_NEW_PRIVS). False, with errno: the system has no such thing.
bool give_up_new_privileges();

/// Empties the bounding, ambient and own sets (capabilities(7)): root is then an account like
/// others. False, with errno: the system refused.
bool drop_capabilities();

}  // namespace homeroom::plugin
