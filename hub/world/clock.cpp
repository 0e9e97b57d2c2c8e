#include "hub/world/clock.hpp"

#include <chrono>

#include "homeroom/error.hpp"
#include "hub/world/zones.hpp"

namespace homeroom::world {
namespace {

using Instant = date::sys_time<std::chrono::milliseconds>;

Instant instant(int64_t utc_ms) {
  return Instant(std::chrono::milliseconds(utc_ms));
}

}  // namespace

const date::time_zone& zone_named(const std::string& zone) try {
  return *date::locate_zone(zone);
} catch (const std::runtime_error&) {
  throw Error(
      Next::fix_settings,
      "time zone '" + zone + "' is not known (expected an IANA name, e.g. America/New_York)");
}

int64_t SystemClock::now_ms() const {
  auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

bool is_time_zone(const std::string& zone) {
  try {
    zone_named(zone);
    return true;
  } catch (const Error&) {
    return false;
  }
}

int32_t offset_minutes(int64_t utc_ms, const std::string& zone) {
  auto second = date::floor<std::chrono::seconds>(instant(utc_ms));
  auto offset = zone_named(zone).get_info(second).offset;
  return static_cast<int32_t>(date::floor<std::chrono::minutes>(offset).count());
}

int32_t local_date(int64_t utc_ms, const std::string& zone) {
  auto local = zone_named(zone).to_local(instant(utc_ms));
  return static_cast<int32_t>(date::floor<date::days>(local).time_since_epoch().count());
}

int32_t run_date(const Clock& clock, const std::string& zone) {
  return local_date(clock.now_ms(), zone);
}

std::string iso_instant(int64_t utc_ms) {
  return date::format("%FT%TZ", date::floor<std::chrono::seconds>(instant(utc_ms)));
}

}  // namespace homeroom::world
