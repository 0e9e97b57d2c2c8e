// What another program says on its standard output, read to its end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace homeroom::world {

/// Runs a program (looked for in PATH) with these words, nothing on its standard input, and gives
/// what it printed. Throws Error(fix_settings) naming the program when it cannot be started, says
/// more than `most_bytes`, does not end within `most_seconds` or ends with another code than 0;
/// what it printed is in no message.
std::string output_of(const std::vector<std::string>& words, std::size_t most_bytes,
                      int most_seconds);

}  // namespace homeroom::world
