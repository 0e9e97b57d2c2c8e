// Times: instants with their offset, zones of the tz database, durations in hours and minutes.
#include <date/tz.h>

#include "hub/express/decimal.hpp"
#include "hub/express/fixed_date.hpp"
#include "hub/express/formats.hpp"
#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
#include "hub/express/months.hpp"
#include "hub/express/timestamp.hpp"
#include "hub/record/date.hpp"

namespace homeroom::express {

namespace {

constexpr int64_t second_us = 1000000;
constexpr int64_t day_s = 86400;

struct TimeFormats : Prepared {
  std::vector<Format> all;
  std::string says = "not a timestamp";
};
std::shared_ptr<const Prepared> time_formats(const Preparing& preparing) {
  auto made = std::make_shared<TimeFormats>();
  for (size_t i = 0; i < preparing.words.size(); ++i) {
    const auto& word = preparing.word(i);
    made->says += (made->all.empty() ? " " : " or ") + word;
    made->all.emplace_back(word, std::nullopt);
    if (!made->all.back().has_day() || !made->all.back().has_year())
      throw std::string("a timestamp needs YYYY, MM and DD");
  }
  return made;
}

bool read_local(const Format& format, std::string_view text, Timestamp& out) {
  Moment moment;
  int32_t day;
  if (!format.read(text, moment) || !months.days(moment.year, moment.month, moment.day, day))
    return false;
  int64_t seconds = (int64_t{moment.hour} * 60 + moment.minute) * 60 + moment.second;
  out = {(day * day_s + seconds) * second_us, 0, false};
  return true;
}

Column timestamp_kernel(Call& call) {
  return read_one<Text, Timestamp>(call, Type::timestamp, [](const Text& text, Timestamp& out) {
    return read_timestamp(text.view(), out) ? nullptr : "not a timestamp YYYY-MM-DDThh:mm:ss+hh:mm";
  });
}
Column timestamp_by_format(Call& call) {
  const auto& formats = call.prepared<TimeFormats>();
  return read_one<Text, Timestamp>(call, Type::timestamp, [&](const Text& text, Timestamp& out) {
    for (const auto& format : formats.all)
      if (read_local(format, text.view(), out)) return static_cast<const char*>(nullptr);
    return formats.says.c_str();
  });
}

// The date as it is written stands at the front, whatever the offset behind it.
Column local_date_of_text(Call& call) {
  return read_one<Text, int32_t>(call, Type::date, [](const Text& text, int32_t& out) {
    Timestamp whole;
    bool is_read = text.size == 10
                       ? read_iso(text, out)
                       : read_timestamp(text.view(), whole) && read_iso(part(text, 0, 10), out);
    return is_read ? nullptr : "not a full date or timestamp";
  });
}
Column local_date_of_timestamp(Call& call) {
  return map_one<Timestamp, int32_t>(call, Type::date, local_date);
}
Column text_of_timestamp(Call& call) {
  return map_one<Timestamp, Text>(
      call, Type::text, [&](const Timestamp& value) { return made(call, timestamp_text(value)); });
}

struct Zone : Prepared {
  const date::time_zone* zone = nullptr;
};
std::shared_ptr<const Prepared> zone(const Preparing& preparing) {
  auto made = std::make_shared<Zone>();
  try {
    made->zone = date::locate_zone(preparing.word(0));
  } catch (const std::exception&) {
    throw "no time zone " + preparing.word(0) + "; write it like 'America/New_York'";
  }
  return made;
}

int64_t floor_seconds(int64_t us) {
  return us / second_us - (us % second_us < 0);
}

/// The zone files list changes of clocks through 2037 and leave later years to a rule that the
/// library does not read. Such a year is answered by one of 2009 to 2036 that begins on the same
/// day of the week and is as long: how many days lie between them, and when the year begins and
/// ends.
struct LaterYear {
  static constexpr int32_t last_listed = 2036;
  explicit LaterYear(int64_t utc_seconds) {
    auto year = record::civil(static_cast<int32_t>(days_in(utc_seconds))).year;
    if (year <= last_listed) return;
    begins = first_day(year);
    ends = first_day(year + 1);
    for (int32_t like = last_listed; days == 0 && like > last_listed - 28; --like) {
      bool is_as_long = first_day(like + 1) - first_day(like) == ends - begins;
      if (is_as_long && (begins - first_day(like)) % 7 == 0) days = begins - first_day(like);
    }
  }
  static int32_t first_day(int32_t year) {
    return date::sys_days(date::year(year) / 1 / 1).time_since_epoch().count();
  }
  static int64_t days_in(int64_t seconds) {
    return seconds / day_seconds - (seconds % day_seconds < 0);
  }
  static constexpr int64_t day_seconds = 86'400;

  int32_t days = 0;  ///< 0: the year is listed
  int32_t begins = 0, ends = 0;
};

/// The zone's offset in force is asked for once a stretch without a change of clocks.
class Offsets {
 public:
  explicit Offsets(const date::time_zone& zone) : zone_(zone) {}

  /// In seconds, cut to whole minutes, as it is written: zones had others before 1900.
  int64_t at(int64_t utc_seconds) {
    date::sys_seconds instant{std::chrono::seconds(utc_seconds)};
    bool is_known = has_info_ && instant >= info_.begin && instant < info_.end;
    if (!is_known) info_ = info_at(instant);
    has_info_ = true;
    return whole_minutes(info_.offset);
  }
  /// The offset of a time on the clock there; of the two when clocks are put back the earlier
  /// instant.
  std::optional<int64_t> of_local(int64_t local_seconds) {
    int64_t guess = at(local_seconds - at(local_seconds));
    if (is_inside(local_seconds, guess)) return guess;
    auto listed = std::chrono::seconds(local_seconds) - date::days(LaterYear(local_seconds).days);
    auto info = zone_.get_info(date::local_seconds{listed});
    if (info.result == date::local_info::nonexistent) return std::nullopt;
    return whole_minutes(info.first.offset);
  }

 private:
  date::sys_info info_at(date::sys_seconds instant) const {
    LaterYear later(instant.time_since_epoch().count());
    if (later.days == 0) return zone_.get_info(instant);
    auto info = zone_.get_info(instant - date::days(later.days));
    info.begin = std::max<date::sys_seconds>(info.begin + date::days(later.days),
                                             date::sys_days(date::days(later.begins)));
    info.end = std::min<date::sys_seconds>(info.end + date::days(later.days),
                                           date::sys_days(date::days(later.ends)));
    return info;
  }
  static int64_t whole_minutes(std::chrono::seconds offset) {
    return offset.count() - offset.count() % 60;
  }
  /// Whether no change of clocks is within a day, so that the local time means one instant.
  bool is_inside(int64_t local_seconds, int64_t offset) const {
    date::sys_seconds instant{std::chrono::seconds(local_seconds - offset)};
    return instant - info_.begin > date::days(1) && info_.end - instant > date::days(1);
  }

  const date::time_zone& zone_;
  date::sys_info info_;
  bool has_info_ = false;
};

Column in_zone_kernel(Call& call) {
  Offsets offsets(*call.prepared<Zone>().zone);
  const Column& in = call.args[0];
  return read_rows<Timestamp>(
      call, Type::timestamp, in.valid, [&](uint32_t row, Timestamp& out) -> const char* {
        out = in.at<Timestamp>(row);
        int64_t seconds = floor_seconds(out.utc_us);
        auto offset = out.has_offset ? offsets.at(seconds) : offsets.of_local(seconds);
        if (!offset) return "not a time on the clock there: clocks were put forward";
        if (!out.has_offset) out.utc_us -= *offset * second_us;
        out.offset_minutes = static_cast<int16_t>(*offset / 60);
        out.has_offset = true;
        return is_in_calendar(local_date(out)) ? nullptr : "not a time of the years 0 to 9999";
      });
}

// H:MM, up to 9999 hours.
bool read_clock(std::string_view text, int64_t& minutes) {
  size_t colon = text.find(':');
  if (colon == text.npos || colon < 1 || colon > 4 || text.size() != colon + 3) return false;
  int64_t hours = 0, rest = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == colon) continue;
    if (!is_digit(text[i])) return false;
    int64_t& number = i < colon ? hours : rest;
    number = number * 10 + (text[i] - '0');
  }
  minutes = hours * 60 + rest;
  return rest < 60;
}

Column minutes_kernel(Call& call) {
  return read_one<Text, int64_t>(call, Type::integer, [](const Text& text, int64_t& out) {
    if (read_clock(text.view(), out)) return static_cast<const char*>(nullptr);
    auto number = parse_decimal(text.view());
    bool is_whole = number && number->scale == 0 && number->units >= 0 && number->units <= 600000;
    if (is_whole) out = static_cast<int64_t>(number->units);
    return is_whole ? nullptr : "not minutes, or hours and minutes H:MM";
  });
}
Column hours_kernel(Call& call) {
  return read_one<Text, Decimal>(call, Type::decimal, [](const Text& text, Decimal& out) {
    int64_t minutes;
    auto number = read_clock(text.view(), minutes) ? divide({minutes, 0}, {60, 0})
                                                   : parse_decimal(text.view());
    bool is_some = number && number->units >= 0;
    if (is_some) out = *number;
    return is_some ? nullptr : "not hours, or hours and minutes H:MM";
  });
}

}  // namespace

std::vector<Function> time_functions() {
  return {
      define("timestamp(text) -> timestamp",
             "Reads YYYY-MM-DDThh:mm, with seconds and offset if they are there.", {a_text},
             Type::timestamp, timestamp_kernel,
             {{"timestamp('2025-09-01T08:30:00-04:00')", "\"2025-09-01T08:30:00-04:00\""}})
          .faults(),
      define("timestamp(text, format, ...) -> timestamp",
             "Reads a date and time by the first format it is of; it has no offset yet.",
             {a_text, a_word}, Type::timestamp, timestamp_by_format,
             {{"timestamp('9/1/2025 1:05 PM', 'M/D/YYYY h:mm AM')", "\"2025-09-01T13:05:00\""}})
          .repeated()
          .faults()
          .prepared_by(time_formats),
      define(
          "in_zone(timestamp, zone) -> timestamp",
          "The same instant with the offset of a zone; one without an offset is taken as a time on "
          "the clock there (the first of the two when clocks are put back).",
          {a_timestamp, a_word}, Type::timestamp, in_zone_kernel,
          {{"in_zone(timestamp('2025-09-01T12:30:00Z'), 'America/New_York')",
            "\"2025-09-01T08:30:00-04:00\""},
           {"in_zone(timestamp('2025-01-15T08:30:00'), 'America/Chicago')",
            "\"2025-01-15T08:30:00-06:00\""}})
          .faults()
          .prepared_by(zone),
      define("local_date(text) -> date",
             "The date as it is written in a date or timestamp; the offset does not move it.",
             {a_text}, Type::date, local_date_of_text,
             {{"local_date('2025-09-01T23:30:00-04:00')", "\"2025-09-01\""},
              {"local_date('2025-09-01')", "\"2025-09-01\""}})
          .faults(),
      define("local_date(timestamp) -> date", "The date where the timestamp was written.",
             {a_timestamp}, Type::date, local_date_of_timestamp,
             {{"local_date(timestamp('2025-09-01T23:30:00-04:00'))", "\"2025-09-01\""}}),
      define("text(timestamp) -> text", "Writes YYYY-MM-DDThh:mm:ss with the offset it has.",
             {a_timestamp}, Type::text, text_of_timestamp,
             {{"text(timestamp('2025-09-01 08:30'))", "\"2025-09-01T08:30:00\""}}),
      define("minutes(text) -> integer", "Minutes of a duration H:MM or of whole minutes.",
             {a_text}, Type::integer, minutes_kernel,
             {{"minutes('6:30')", "390"}, {"minutes('45')", "45"}})
          .faults(),
      define("hours(text) -> decimal", "Hours of a duration H:MM or of decimal hours.", {a_text},
             Type::decimal, hours_kernel,
             {{"hours('6:30')", "6.500000"}, {"hours('6.25')", "6.25"}})
          .faults(),
  };
}

}  // namespace homeroom::express
