#include "hub/synth/days.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace homeroom::synth {

namespace {

struct Parts {
  int year;
  unsigned month, day;
};

Parts parts_of(int day) {
  std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day())};
}

}  // namespace

std::string iso_date(int day) {
  auto p = parts_of(day);
  return fmt::format("{:04}-{:02}-{:02}", p.year, p.month, p.day);
}

std::string us_date(int day) {
  auto p = parts_of(day);
  return fmt::format("{:02}/{:02}/{:04}", p.month, p.day, p.year);
}

std::string short_date(int day) {
  auto p = parts_of(day);
  return fmt::format("{}/{}/{:04}", p.month, p.day, p.year);
}

int misread(int day, unsigned how) {
  auto p = parts_of(day);
  if (how % 3 == 0) return p.day <= 12 ? day_of(p.year, p.day, p.month) : day;
  if (how % 3 == 1) return how % 2 == 0 ? day + 1 : day - 1;
  return day_of(how % 2 == 0 ? p.year + 1 : p.year - 1, p.month, std::min(p.day, 28u));
}

}  // namespace homeroom::synth
