// Zones: the room's own door to the time zone database.
#pragma once

#include <string>

#include <date/tz.h>

namespace homeroom::world {

/// Throws Error(fix_settings) for a name that is none.
const date::time_zone& zone_named(const std::string& zone);

}  // namespace homeroom::world
