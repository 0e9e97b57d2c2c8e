// Cron: the five fields of a crontab line: on which days, and at which times of the wall clock. It
// knows no time zone and no instant.
#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

#include "hub/settings/node.hpp"

namespace homeroom::settings {

class Cron {
 public:
  /// "minute hour day-of-month month day-of-week", each `*` or a list of numbers, ranges and steps;
  /// months and days of the week also by their first three letters, 7 is Sunday too. Where both
  /// kinds of day are said, either suffices (POSIX crontab). Refuses the node naming the field and
  /// what it may hold.
  static Cron read(const Node& node);
  /// Every day at one time.
  static Cron daily(int32_t minute_of_day);

  /// Only on this day of the week, 0 is Sunday, and on those said before.
  void also_on_weekday(uint32_t weekday);

  /// Of a day since 1970-01-01.
  bool is_on(int32_t day) const;
  /// The times of such a day as minutes since midnight, ascending; never empty.
  const std::vector<int32_t>& times() const { return times_; }

 private:
  void make_times();

  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<8> weekdays_;
  bool is_any_day_ = true;
  bool is_any_weekday_ = true;
  std::vector<int32_t> times_;
};

}  // namespace homeroom::settings
