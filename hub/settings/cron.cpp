#include "hub/settings/cron.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "hub/record/date.hpp"

namespace homeroom::settings {

namespace {

struct Field {
  const char* name;
  uint32_t first, last;
  std::vector<std::string_view> words;  ///< for first, first + 1, ...
};

const std::array<Field, 5>& fields() {
  static const std::array<Field, 5> all = {{
      {"minute", 0, 59, {}},
      {"hour", 0, 23, {}},
      {"day of the month", 1, 31, {}},
      {"month",
       1,
       12,
       {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
      {"day of the week", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
  }};
  return all;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0;;) {
    auto to = text.find(at, from);
    parts.push_back(text.substr(from, to - from));
    if (to == std::string_view::npos) return parts;
    from = to + 1;
  }
}

/// One field of a line, read into the set of what it names.
class Reading {
 public:
  Reading(const Node& node, const Field& field) : node_(node), field_(field) {}

  std::bitset<64> read(std::string_view text) const {
    std::bitset<64> set;
    for (auto part : split(text, ',')) add(part, set);
    return set;
  }

 private:
  void add(std::string_view part, std::bitset<64>& set) const {
    auto slash = part.find('/');
    uint32_t step = 1;
    if (slash != std::string_view::npos) {
      step = number(part.substr(slash + 1));
      if (step == 0) refuse();
    }
    auto range = part.substr(0, slash);
    auto first = field_.first;
    auto last = field_.last;
    if (range != "*") {
      auto dash = range.find('-');
      first = value(range.substr(0, dash));
      last = dash == std::string_view::npos ? first : value(range.substr(dash + 1));
      // A step needs somewhere to go: "5/15" means other things to other programs.
      if (last < first || (slash != std::string_view::npos && dash == std::string_view::npos))
        refuse();
    }
    for (auto at = first; at <= last; at += step) set.set(at);
  }

  uint32_t number(std::string_view text) const {
    uint32_t value = 0;
    auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || text.size() > 2)
      refuse();
    return value;
  }

  uint32_t value(std::string_view text) const {
    auto word = std::ranges::find(field_.words, text);
    if (word != field_.words.end())
      return field_.first + static_cast<uint32_t>(word - field_.words.begin());
    auto read = number(text);
    if (read < field_.first || read > field_.last) refuse();
    return read;
  }

  [[noreturn]] void refuse() const {
    node_.refuse("the " + std::string(field_.name) + " of cron is *, or a list like " +
                 std::to_string(field_.first) + " or " + std::to_string(field_.first) + '-' +
                 std::to_string(field_.last) + " or */2" +
                 (field_.words.empty() ? "" : ", or " + std::string(field_.words[0])) +
                 ", with numbers from " + std::to_string(field_.first) + " to " +
                 std::to_string(field_.last));
  }

  const Node& node_;
  const Field& field_;
};

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (auto part : split(text, ' '))
    if (!part.empty()) words.emplace_back(part);
  return words;
}

template <std::size_t Size>
std::bitset<Size> narrow(const std::bitset<64>& set) {
  return std::bitset<Size>(set.to_ullong());
}

/// 1970-01-01 was a Thursday.
uint32_t weekday_of(int32_t day) {
  return static_cast<uint32_t>(((day + 4) % 7 + 7) % 7);
}

}  // namespace

Cron Cron::read(const Node& node) {
  auto words = words_of(node.text());
  if (words.size() != fields().size())
    node.refuse(
        "expected the five fields of cron: minute, hour, day of the month, month, day of the week");
  std::array<std::bitset<64>, 5> sets;
  for (std::size_t i = 0; i < sets.size(); ++i) sets[i] = Reading(node, fields()[i]).read(words[i]);
  Cron cron;
  cron.minutes_ = narrow<60>(sets[0]);
  cron.hours_ = narrow<24>(sets[1]);
  cron.days_ = narrow<32>(sets[2]);
  cron.months_ = narrow<13>(sets[3]);
  cron.weekdays_ = narrow<8>(sets[4]);
  if (cron.weekdays_.test(7)) cron.weekdays_.set(0);
  // POSIX looks at the star itself, so "*/2" is a choice of days like any other.
  cron.is_any_day_ = words[2] == "*";
  cron.is_any_weekday_ = words[4] == "*";
  cron.make_times();
  // From 1970 on the first eight years hold every date with every day of the week but some 29
  // February.
  bool is_ever = false;
  for (int32_t day = 0; day < 8 * 366 && !is_ever; ++day) is_ever = cron.is_on(day);
  if (!is_ever) node.refuse("there is no such day");
  return cron;
}

Cron Cron::daily(int32_t minute_of_day) {
  Cron cron;
  cron.minutes_.set(static_cast<std::size_t>(minute_of_day % 60));
  cron.hours_.set(static_cast<std::size_t>(minute_of_day / 60));
  cron.months_.set();
  cron.make_times();
  return cron;
}

void Cron::also_on_weekday(uint32_t weekday) {
  is_any_weekday_ = false;
  weekdays_.set(weekday);
}

bool Cron::is_on(int32_t day) const {
  auto date = record::civil(day);
  if (!months_.test(date.month)) return false;
  bool is_day = days_.test(date.day);
  bool is_weekday = weekdays_.test(weekday_of(day));
  if (is_any_day_) return is_any_weekday_ || is_weekday;
  return is_any_weekday_ ? is_day : is_day || is_weekday;
}

void Cron::make_times() {
  for (int32_t hour = 0; hour < 24; ++hour)
    for (int32_t minute = 0; minute < 60; ++minute)
      if (hours_.test(static_cast<std::size_t>(hour)) &&
          minutes_.test(static_cast<std::size_t>(minute)))
        times_.push_back(hour * 60 + minute);
}

}  // namespace homeroom::settings
