// Wall clock: from what the clocks of a time zone show to the instant, and back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace homeroom::world {

/// Minutes since midnight of the wall clock there. Throws fix_settings for an unknown zone.
int32_t local_minute(int64_t utc_ms, const std::string& zone);

/// When the wall clock there shows this minute of this day (since 1970-01-01). A time that the
/// clocks skip stands for the instant at which they do; of one they show twice it is the first.
/// Throws fix_settings for an unknown zone.
int64_t wall_clock(int32_t day, int32_t minute, const std::string& zone);

/// All that the time zone database knows.
std::vector<std::string> time_zones();

/// Milliseconds since this machine was started, asleep or not; nobody sets this clock.
int64_t since_boot_ms();
/// Another one after each start of the machine.
std::string boot_id();

}  // namespace homeroom::world
