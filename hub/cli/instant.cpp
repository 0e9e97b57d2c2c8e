#include "hub/cli/instant.hpp"

#include <charconv>
#include <optional>
#include <string_view>

#include "homeroom/error.hpp"
#include "hub/jobs/jobs.hpp"
#include "hub/record/record.hpp"

namespace homeroom::cli {

namespace {

bool take(std::string_view& text, char letter) {
  if (!text.starts_with(letter)) return false;
  text.remove_prefix(1);
  return true;
}

/// Exactly so many digits, and below the limit.
std::optional<int32_t> take_number(std::string_view& text, std::size_t digits, int32_t limit) {
  int32_t number = 0;
  if (text.size() < digits || text[0] == '-') return std::nullopt;
  auto [end, trouble] = std::from_chars(text.data(), text.data() + digits, number);
  if (trouble != std::errc() || end != text.data() + digits || number >= limit) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

struct TimeOfDay {
  int32_t minute = 0, ms = 0;
};

/// HH:MM[:SS[.mmm]]
std::optional<TimeOfDay> take_time(std::string_view& text) {
  auto hour = take_number(text, 2, 24);
  if (!hour || !take(text, ':')) return std::nullopt;
  auto minute = take_number(text, 2, 60);
  if (!minute) return std::nullopt;
  TimeOfDay time{*hour * 60 + *minute, 0};
  if (!take(text, ':')) return time;
  auto second = take_number(text, 2, 60);
  if (!second) return std::nullopt;
  time.ms = *second * 1000;
  if (!take(text, '.')) return time;
  auto ms = take_number(text, 3, 1000);
  if (!ms) return std::nullopt;
  time.ms += *ms;
  return time;
}

std::optional<int64_t> read(std::string_view text, const std::string& zone) {
  constexpr std::size_t date_size = 10;
  auto day = record::parse_iso_date(text.substr(0, date_size));
  if (!day) return std::nullopt;
  text.remove_prefix(date_size);
  TimeOfDay time;
  if (take(text, 'T') || take(text, ' ')) {
    auto said = take_time(text);
    if (!said) return std::nullopt;
    time = *said;
  }
  bool is_utc = take(text, 'Z');
  if (!text.empty()) return std::nullopt;
  return world::wall_clock(*day, time.minute, is_utc ? "UTC" : zone) + time.ms;
}

}  // namespace

int64_t instant_of(const std::string& text, const std::string& zone, const char* flag) {
  if (auto instant = read(text, zone)) return *instant;
  throw Error(Next::fix_settings, std::string(flag) +
                                      ": expected a day or a time, 2026-01-13 or 2026-01-13T02:00, "
                                      "by the district's clocks, or with Z in UTC");
}

}  // namespace homeroom::cli
