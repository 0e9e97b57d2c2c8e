// Instant: a time as a person writes it.
#pragma once

#include <cstdint>
#include <string>

namespace homeroom::cli {

/// Reads a day, "2026-01-13", or a time, "2026-01-13T02:00", with seconds if need be: as the clocks
/// of the zone show it or, with a Z behind it, in UTC. A day is its first minute. Milliseconds
/// since 1970; throws Error(fix_settings) that names the flag.
int64_t instant_of(const std::string& text, const std::string& zone, const char* flag);

}  // namespace homeroom::cli
