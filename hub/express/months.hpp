// Months: days since 1970 of a year, month and day by one look-up.
#pragma once

#include <array>

#include "hub/record/date.hpp"

namespace homeroom::express {

/// Whether a day since 1970-01-01 lies in the years 0000 to 9999, the only ones there are here.
constexpr bool is_in_calendar(int64_t day) {
  return day >= -719528 && day <= 2932896;
}

/// First days of the months of the years people in school data live in: a date is one look-up. A
/// day of another year is none that a source can mean (decision 11).
class Months {
 public:
  static constexpr int32_t first_year = 1850;
  static constexpr int32_t years = 300;

  Months() {
    for (uint32_t i = 0; i <= years * 12; ++i)
      first_[i] = *record::days_of(first_year + static_cast<int32_t>(i / 12), i % 12 + 1, 1);
  }
  bool days(uint32_t year, uint32_t month, uint32_t day, int32_t& out) const {
    if (month - 1 > 11) return false;
    uint32_t at = (year - first_year) * 12 + month - 1;
    if (at >= years * 12) return false;
    out = first_[at] + static_cast<int32_t>(day) - 1;
    return day != 0 && out < first_[at + 1];
  }
  int32_t first_day() const { return first_.front(); }
  int32_t last_day() const { return first_.back() - 1; }

 private:
  std::array<int32_t, years * 12 + 1> first_;
};
inline const Months months;

}  // namespace homeroom::express
