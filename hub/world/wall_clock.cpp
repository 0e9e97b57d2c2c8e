#include "hub/world/wall_clock.hpp"

#include <chrono>
#include <ctime>
#include <fstream>

#include "hub/world/zones.hpp"

namespace homeroom::world {
std::vector<std::string> time_zones() {
  std::vector<std::string> names;
  for (const auto& zone : date::get_tzdb().zones) names.push_back(zone.name());
  return names;
}

int32_t local_minute(int64_t utc_ms, const std::string& zone) {
  date::sys_seconds second(
      std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds(utc_ms)));
  auto local = zone_named(zone).to_local(second);
  auto since_midnight = local - date::floor<date::days>(local);
  return static_cast<int32_t>(date::floor<std::chrono::minutes>(since_midnight).count());
}

int64_t wall_clock(int32_t day, int32_t minute, const std::string& zone) {
  date::local_seconds local(date::days(day) + std::chrono::minutes(minute));
  auto info = zone_named(zone).get_info(local);
  if (info.result == date::local_info::nonexistent)
    return info.first.end.time_since_epoch().count() * 1000;
  return (local.time_since_epoch() - info.first.offset).count() * 1000;
}

int64_t since_boot_ms() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

std::string boot_id() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(in, id);
  return id;
}

}  // namespace homeroom::world
