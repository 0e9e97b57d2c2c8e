// Days as the systems of the district write them.
#pragma once

#include <chrono>
#include <string>

namespace homeroom::synth {

/// Days since 1970-01-01.
constexpr int day_of(int year, unsigned month, unsigned day) {
  return static_cast<int>(
      std::chrono::sys_days(std::chrono::year(year) / month / day).time_since_epoch().count());
}

inline constexpr int year_start = day_of(2025, 8, 18);
inline constexpr int last_known = day_of(2026, 1, 11);  ///< the last day that day1 knows of

std::string iso_date(int day);    ///< 2026-01-02
std::string us_date(int day);     ///< 01/02/2026
std::string short_date(int day);  ///< 1/2/2026
/// The date as a hand writes it down wrongly: day and month swapped, or a day or a year off.
int misread(int day, unsigned how);

}  // namespace homeroom::synth
