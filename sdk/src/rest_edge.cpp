#include "rest_edge.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>

#include "homeroom/error.hpp"

namespace homeroom::rest {
namespace {

namespace ch = std::chrono;
constexpr std::string_view form = "1 ";  ///< number of this form of cursors
constexpr size_t most_rows = 4000;       ///< at an edge; above, they are told again and found equal

uint64_t hash_of(std::string_view key, std::string_view changed) {
  uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (auto part : {key, std::string_view("\x1F"), changed})
    for (unsigned char c : part) hash = (hash ^ c) * 1099511628211u;
  return hash;
}

bool take_number(std::string_view& text, size_t digits, int& number) {
  if (text.size() < digits) return false;
  auto read = std::from_chars(text.data(), text.data() + digits, number);
  text.remove_prefix(digits);
  return read.ec == std::errc{} && read.ptr == text.data();
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

int take_milliseconds(std::string_view& text) {
  int value = 0, digits = 0;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1), ++digits)
    if (digits < 3) value = value * 10 + (text[0] - '0');
  for (; digits < 3; ++digits) value *= 10;
  return value;
}

}  // namespace

int64_t instant(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milli = 0;
  bool is_form = take_number(text, 4, year) && take(text, '-') && take_number(text, 2, month) &&
                 take(text, '-') && take_number(text, 2, day) && take(text, 'T') &&
                 take_number(text, 2, hour) && take(text, ':') && take_number(text, 2, minute) &&
                 take(text, ':') && take_number(text, 2, second);
  if (!is_form) return -1;
  if (take(text, '.')) milli = take_milliseconds(text);
  int offset = 0, minutes = 0;
  if (text.starts_with('+') || text.starts_with('-')) {
    int sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
    if (!take_number(text, 2, offset)) return -1;
    take(text, ':');
    if (!take_number(text, 2, minutes)) return -1;
    offset = sign * (offset * 60 + minutes);
  } else if (!take(text, 'Z')) {
    return -1;
  }
  ch::year_month_day date{ch::year{year}, ch::month(static_cast<unsigned>(month)),
                          ch::day(static_cast<unsigned>(day))};
  if (!text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) return -1;
  auto days = ch::sys_days(date).time_since_epoch().count();
  return ((int64_t{days} * 24 + hour) * 60 + minute - offset) * 60'000 + second * 1000 + milli;
}

std::string iso_instant(int64_t ms) {
  auto days = ch::floor<ch::days>(ch::sys_time<ch::milliseconds>(ch::milliseconds(ms)));
  ch::year_month_day date(days);
  auto rest = static_cast<int>(ms - int64_t{days.time_since_epoch().count()} * 86'400'000);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), rest / 3'600'000, rest / 60'000 % 60,
                rest / 1000 % 60, rest % 1000);
  return text;
}

Edge::Edge(std::string_view cursor, int64_t look_back_s) : look_back_ms_(look_back_s * 1000) {
  if (cursor.empty()) return;
  auto refuse = [] { throw Error(Next::not_readable, "the cursor is none that this plugin gave"); };
  if (!cursor.starts_with(form)) refuse();
  cursor.remove_prefix(form.size());
  auto end = std::min(cursor.find(' '), cursor.size());
  newest_ms_ = instant(cursor.substr(0, end));
  if (newest_ms_ < 0) refuse();
  cursor.remove_prefix(end);
  while (take(cursor, ' ')) {
    uint64_t hash = 0;
    auto read = std::from_chars(cursor.data(), cursor.data() + cursor.size(), hash, 16);
    if (read.ec != std::errc{}) refuse();
    known_.insert(hash);
    rows_.push_back({newest_ms_, hash});
    cursor.remove_prefix(static_cast<size_t>(read.ptr - cursor.data()));
  }
  if (!cursor.empty()) refuse();
}

bool Edge::is_known(std::string_view key, std::string_view changed) const {
  return known_.contains(hash_of(key, changed));
}

void Edge::note(std::string_view key, std::string_view changed) {
  auto ms = instant(changed);
  if (ms < 0) return;
  newest_ms_ = std::max(newest_ms_, ms);
  if (ms >= newest_ms_ - look_back_ms_) rows_.push_back({ms, hash_of(key, changed)});
}

std::string Edge::since() const {
  return newest_ms_ < 0 ? std::string() : iso_instant(newest_ms_ - look_back_ms_);
}

std::string Edge::cursor() const {
  if (newest_ms_ < 0) return {};
  std::string text = std::string(form) + iso_instant(newest_ms_);
  std::string hashes;
  size_t count = 0;
  for (const auto& row : rows_) {
    if (row.changed_ms < newest_ms_ - look_back_ms_) continue;
    if (++count > most_rows) return text;
    char hash[20];
    std::snprintf(hash, sizeof hash, " %llx", static_cast<unsigned long long>(row.hash));
    hashes += hash;
  }
  return text + hashes;
}

}  // namespace homeroom::rest
