// What is in memory stays there when the program dies: keys and students stand in it in the clear.
#pragma once

namespace homeroom::world {

/// No core dump is written of this process or of those it starts, not even one that a program of
/// the machine collects, and other processes of the account may not look into it.
void forbid_memory_dumps();

}  // namespace homeroom::world
