#include "hub/express/timestamp.hpp"

#include <cstdio>
#include <cstdlib>

#include "hub/express/months.hpp"
#include "hub/record/date.hpp"

namespace homeroom::express {

namespace {

constexpr int64_t second_us = 1000000;
constexpr int64_t day_us = 86400 * second_us;

bool two_digits(std::string_view text, size_t at, int64_t most, int64_t& out) {
  if (at + 2 > text.size()) return false;
  auto a = static_cast<unsigned>(text[at] - '0');
  auto b = static_cast<unsigned>(text[at + 1] - '0');
  out = a * 10 + b;
  return a < 10 && b < 10 && out <= most;
}

/// Digits behind the point; those beyond microseconds are cut.
bool fraction(std::string_view text, size_t& at, int64_t& us) {
  size_t first = at;
  for (int64_t worth = second_us / 10; at < text.size() && text[at] >= '0' && text[at] <= '9';
       ++at, worth /= 10)
    us += worth * (text[at] - '0');
  return at > first && at - first <= 9;
}

bool offset(std::string_view text, record::Timestamp& out) {
  if (text.empty()) return true;
  out.has_offset = true;
  if (text == "Z") return true;
  int64_t hours, minutes;
  bool is_form = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':';
  if (!is_form || !two_digits(text, 1, 14, hours) || !two_digits(text, 4, 59, minutes))
    return false;
  auto east = static_cast<int16_t>(hours * 60 + minutes);
  out.offset_minutes = text[0] == '-' ? static_cast<int16_t>(-east) : east;
  return true;
}

}  // namespace

bool read_timestamp(std::string_view text, record::Timestamp& out) {
  out = {};
  if (text.size() < 16 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':') return false;
  auto days = record::parse_iso_date(text.substr(0, 10));
  int64_t hour, minute, second = 0, us = 0;
  if (!days || *days < months.first_day() || *days > months.last_day() ||
      !two_digits(text, 11, 23, hour) || !two_digits(text, 14, 59, minute))
    return false;
  size_t at = 16;
  if (at < text.size() && text[at] == ':') {
    if (!two_digits(text, at + 1, 59, second)) return false;
    at += 3;
    if (at < text.size() && text[at] == '.' && !fraction(text, ++at, us)) return false;
  }
  if (!offset(text.substr(at), out)) return false;
  int64_t seconds = (hour * 60 + minute - out.offset_minutes) * 60 + second;
  out.utc_us = *days * day_us + seconds * second_us + us;
  return true;
}

std::string timestamp_text(const record::Timestamp& value) {
  int32_t day = local_date(value);
  int64_t rest = value.utc_us + int64_t{value.offset_minutes} * 60 * second_us - day * day_us;
  int64_t second = rest / second_us;
  char text[48];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02d", static_cast<int>(second / 3600),
                static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
  std::string all = record::iso_date(day) + text;
  if (rest % second_us) {
    std::snprintf(text, sizeof text, ".%06d", static_cast<int>(rest % second_us));
    all += text;
    all.erase(all.find_last_not_of('0') + 1);
  }
  if (!value.has_offset) return all;
  int minutes = std::abs(value.offset_minutes);
  std::snprintf(text, sizeof text, "%c%02d:%02d", value.offset_minutes < 0 ? '-' : '+',
                minutes / 60, minutes % 60);
  return all + text;
}

int32_t local_date(const record::Timestamp& value) {
  int64_t local = value.utc_us + int64_t{value.offset_minutes} * 60 * second_us;
  int64_t day = local / day_us - (local % day_us < 0);
  return static_cast<int32_t>(day);
}

}  // namespace homeroom::express
