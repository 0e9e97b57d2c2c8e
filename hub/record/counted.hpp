// counted: a number with what it counts, as messages say it.
#pragma once

#include <cstdint>
#include <string>

namespace homeroom::record {

/// "1 record", "2 records"
inline std::string counted(uint64_t count, const std::string& what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

}  // namespace homeroom::record
