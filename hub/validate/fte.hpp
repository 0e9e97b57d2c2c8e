// Fte: how much of a full-time student each student's spans come to, at most 1.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "hub/validate/glance.hpp"

namespace homeroom::validate {

class Fte {
 public:
  explicit Fte(Sight& sight);

  bool is_by_calendar() const { return !schools_.empty(); }
  /// Of a student's span rows. By the calendar: minutes of instruction in the span times the
  /// percent of time, over the minutes of that school's year. Without one: the greatest percent of
  /// time.
  double of(const uint32_t* rows, const uint32_t* end) const;

 private:
  struct Year {
    std::vector<int32_t> days;     ///< sorted
    std::vector<int64_t> minutes;  ///< up to and with the day
  };
  void read_calendar();
  double share_of(uint32_t row) const;

  const FteRule& rule_;
  const GivenRows& given_;
  record::Column start_, end_, percent_, school_;
  std::unordered_map<std::string, Year> schools_;
};

}  // namespace homeroom::validate
