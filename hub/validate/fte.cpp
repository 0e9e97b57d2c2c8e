#include "hub/validate/fte.hpp"

#include <algorithm>
#include <cmath>

namespace homeroom::validate {

Fte::Fte(Sight& sight) : rule_(*sight.plan.fte), given_(sight.given) {
  start_ = given_.field(rule_.entity, rule_.start);
  end_ = given_.field(rule_.entity, rule_.end);
  percent_ = given_.field(rule_.entity, rule_.percent);
  school_ = given_.field(rule_.entity, rule_.school);
  if (rule_.calendar) read_calendar();
}

void Fte::read_calendar() {
  const auto& calendar = *rule_.calendar;
  auto school = given_.field(calendar.entity, calendar.school);
  auto date = given_.field(calendar.entity, calendar.date);
  auto minutes = given_.field(calendar.entity, calendar.minutes);
  std::unordered_map<std::string, std::vector<std::pair<int32_t, int64_t>>> days;
  for (uint32_t row = 0; row < given_.entities[calendar.entity].rows(); ++row)
    if (school.is_valid(row) && date.is_valid(row) && minutes.is_valid(row) &&
        minutes.at<int64_t>(row) > 0)
      days[std::string(school.text_at(row).view())].emplace_back(date.at<int32_t>(row),
                                                                 minutes.at<int64_t>(row));
  for (auto& [name, all] : days) {
    std::ranges::sort(all);
    int64_t sum = 0;
    auto& year = schools_[name];
    for (const auto& [day, length] : all) {
      year.days.push_back(day);
      year.minutes.push_back(sum += length);
    }
  }
}

double Fte::share_of(uint32_t row) const {
  if (!start_.is_valid(row) || !school_.is_valid(row)) return 0;
  auto found = schools_.find(std::string(school_.text_at(row).view()));
  if (found == schools_.end()) return 0;
  const auto& year = found->second;
  auto until = [&](auto at) {
    return at == year.days.begin()
               ? 0
               : year.minutes[static_cast<std::size_t>(at - year.days.begin()) - 1];
  };
  auto before = until(std::ranges::lower_bound(year.days, start_.at<int32_t>(row)));
  auto last = end_.is_valid(row) ? until(std::ranges::upper_bound(year.days, end_.at<int32_t>(row)))
                                 : year.minutes.back();
  return static_cast<double>(std::max<int64_t>(last - before, 0)) /
         static_cast<double>(year.minutes.back());
}

double Fte::of(const uint32_t* rows, const uint32_t* end) const {
  double sum = 0;
  double most = 0;
  for (; rows != end; ++rows) {
    double percent = 1;
    if (percent_.is_valid(*rows)) {
      auto value = percent_.at<record::Decimal>(*rows);
      percent = std::clamp(static_cast<double>(value.units) / std::pow(10.0, value.scale) / 100,
                           0.0, 1.0);
    }
    most = std::max(most, percent);
    if (is_by_calendar()) sum += percent * share_of(*rows);
  }
  return std::min(is_by_calendar() ? sum : most, 1.0);
}

}  // namespace homeroom::validate
