// The calendar: what can be asked of dates, and dates made of others.
#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
#include "hub/express/months.hpp"
#include "hub/record/date.hpp"

namespace homeroom::express {

namespace {

constexpr const char* out_of_calendar = "not a date of the years 0 to 9999";

template <int64_t (*ask)(const record::YearMonthDay&)>
Column ask_kernel(Call& call) {
  return map_one<int32_t, int64_t>(call, Type::integer,
                                   [](int32_t day) { return ask(record::civil(day)); });
}
int64_t year_of(const record::YearMonthDay& date) {
  return date.year;
}
int64_t month_of(const record::YearMonthDay& date) {
  return date.month;
}
int64_t day_of(const record::YearMonthDay& date) {
  return date.day;
}

// 1970-01-01 was a Thursday.
Column day_of_week_kernel(Call& call) {
  return map_one<int32_t, int64_t>(call, Type::integer,
                                   [](int32_t day) { return (int64_t{day} % 7 + 7 + 4) % 7; });
}
Column iso_day_of_week_kernel(Call& call) {
  return map_one<int32_t, int64_t>(call, Type::integer,
                                   [](int32_t day) { return (int64_t{day} % 7 + 7 + 3) % 7 + 1; });
}

Column age_kernel(Call& call) {
  return map_two<int32_t, int32_t, int64_t>(call, Type::integer, [](int32_t born, int32_t on) {
    auto a = record::civil(born);
    auto b = record::civil(on);
    bool is_before_birthday = b.month != a.month ? b.month < a.month : b.day < a.day;
    return int64_t{b.year} - a.year - is_before_birthday;
  });
}

struct StartMonth : Prepared {
  uint32_t month = 7;
};
std::shared_ptr<const Prepared> start_month(const Preparing& preparing) {
  auto made = std::make_shared<StartMonth>();
  int64_t month = preparing.words.empty() ? 7 : preparing.number(0);
  if (month < 1 || month > 12) throw std::string("a month is 1 to 12");
  made->month = static_cast<uint32_t>(month);
  return made;
}
Column school_year_kernel(Call& call) {
  uint32_t start = call.prepared<StartMonth>().month;
  return map_one<int32_t, int64_t>(call, Type::integer, [start](int32_t day) {
    auto date = record::civil(day);
    return int64_t{date.year} + (start > 1 && date.month >= start);
  });
}

enum class Unit : uint8_t { day, month, year };
struct InUnit : Prepared {
  Unit unit = Unit::day;
};
std::shared_ptr<const Prepared> unit(const Preparing& preparing) {
  auto made = std::make_shared<InUnit>();
  const std::string& word = preparing.word(0);
  if (word != "day" && word != "month" && word != "year")
    throw std::string("the first word is 'day', 'month' or 'year'");
  made->unit = word == "day" ? Unit::day : word == "month" ? Unit::month : Unit::year;
  return made;
}

int32_t days(int32_t year, uint32_t month, uint32_t day) {
  return *record::days_of(year, month, day);
}
Column trunc_kernel(Call& call) {
  Unit unit = call.prepared<InUnit>().unit;
  const Column& in = call.args[1];
  return read_rows<int32_t>(call, Type::date, in.valid,
                            [&](uint32_t row, int32_t& out) -> const char* {
                              out = in.at<int32_t>(row);
                              auto date = record::civil(out);
                              if (unit == Unit::month) out = days(date.year, date.month, 1);
                              if (unit == Unit::year) out = days(date.year, 1, 1);
                              return nullptr;
                            });
}
Column diff_kernel(Call& call) {
  Unit unit = call.prepared<InUnit>().unit;
  const Column& from = call.args[1];
  const Column& to = call.args[2];
  return read_rows<int64_t>(call, Type::integer, valid_in_both(call, from, to),
                            [&](uint32_t row, int64_t& out) -> const char* {
                              int32_t a = from.at<int32_t>(row), b = to.at<int32_t>(row);
                              auto first = record::civil(a), last = record::civil(b);
                              int64_t years = int64_t{last.year} - first.year;
                              out = unit == Unit::day     ? int64_t{b} - a
                                    : unit == Unit::month ? years * 12 + last.month - first.month
                                                          : years;
                              return nullptr;
                            });
}

uint32_t length_of_month(int32_t year, uint32_t month) {
  for (uint32_t day = 31; day > 28; --day)
    if (record::days_of(year, month, day)) return day;
  return 28;
}
Column last_day_kernel(Call& call) {
  return map_one<int32_t, int32_t>(call, Type::date, [](int32_t day) {
    auto date = record::civil(day);
    return days(date.year, date.month, length_of_month(date.year, date.month));
  });
}

const char* checked_day(std::optional<int32_t> day, int32_t& out) {
  if (!day || !is_in_calendar(*day)) return out_of_calendar;
  out = *day;
  return nullptr;
}
Column add_months_kernel(Call& call) {
  return read_two<int32_t, int64_t, int32_t>(
      call, Type::date, [](int32_t day, int64_t by, int32_t& out) {
        if (by < -120000 || by > 120000) return out_of_calendar;
        auto date = record::civil(day);
        int64_t months = int64_t{date.year} * 12 + date.month - 1 + by;
        if (months < 0 || months >= 120000) return out_of_calendar;
        auto year = static_cast<int32_t>(months / 12);
        auto month = static_cast<uint32_t>(months % 12) + 1;
        return checked_day(days(year, month, std::min(date.day, length_of_month(year, month))),
                           out);
      });
}
Column make_date_kernel(Call& call) {
  const Column& year = call.args[0];
  const Column& month = call.args[1];
  const Column& day = call.args[2];
  return read_rows<int32_t>(
      call, Type::date, valid_in_both(call, year, month), [&](uint32_t row, int32_t& out) {
        if (!day.is_valid(row)) return absent;
        int64_t y = year.at<int64_t>(row), m = month.at<int64_t>(row), d = day.at<int64_t>(row);
        if (y < 0 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31) return "not a date";
        auto made = record::days_of(static_cast<int32_t>(y), static_cast<uint32_t>(m),
                                    static_cast<uint32_t>(d));
        return made ? checked_day(made, out) : "not a date";
      });
}

}  // namespace

std::vector<Function> calendar_functions() {
  return {
      define("year(date) -> integer", "The year.", {a_date}, Type::integer, ask_kernel<year_of>,
             {{"year(date('2014-11-03', 'YYYY-MM-DD'))", "2014"}}),
      define("month(date) -> integer", "The month, 1 to 12.", {a_date}, Type::integer,
             ask_kernel<month_of>, {{"month(date('2014-11-03', 'YYYY-MM-DD'))", "11"}}),
      define("day(date) -> integer", "The day of the month.", {a_date}, Type::integer,
             ask_kernel<day_of>, {{"day(date('2014-11-03', 'YYYY-MM-DD'))", "3"}}),
      define("dayofweek(date) -> integer", "The day of the week: 0 is Sunday, 6 Saturday.",
             {a_date}, Type::integer, day_of_week_kernel,
             {{"dayofweek(date('2014-11-03', 'YYYY-MM-DD'))", "1"}}),
      define("isodow(date) -> integer", "The day of the week: 1 is Monday, 7 Sunday.", {a_date},
             Type::integer, iso_day_of_week_kernel,
             {{"isodow(date('2014-11-02', 'YYYY-MM-DD'))", "7"}}),
      define("age(born, on) -> integer",
             "Full years from one date to another; born on 29 February counts from 1 March.",
             {a_date, a_date}, Type::integer, age_kernel,
             {{"age(date('2014-11-03', 'YYYY-MM-DD'), date('2025-11-02', 'YYYY-MM-DD'))", "10"}}),
      define("school_year_of(date, month) -> integer",
             "The school year a date lies in, named by its end; it begins with a month, July if "
             "none is "
             "said.",
             {a_date, a_written_integer}, Type::integer, school_year_kernel,
             {{"school_year_of(date('2025-07-01', 'YYYY-MM-DD'))", "2026"},
              {"school_year_of(date('2025-06-30', 'YYYY-MM-DD'))", "2025"},
              {"school_year_of(date('2025-07-31', 'YYYY-MM-DD'), 8)", "2025"}})
          .needs(1)
          .prepared_by(start_month),
      define("date_trunc(unit, date) -> date",
             "The first day of the 'month' or 'year' a date lies in.", {a_word, a_date}, Type::date,
             trunc_kernel,
             {{"date_trunc('month', date('2025-09-17', 'YYYY-MM-DD'))", "\"2025-09-01\""},
              {"date_trunc('year', date('2025-09-17', 'YYYY-MM-DD'))", "\"2025-01-01\""}})
          .prepared_by(unit),
      define("last_day(date) -> date", "The last day of the month a date lies in.", {a_date},
             Type::date, last_day_kernel,
             {{"last_day(date('2024-02-10', 'YYYY-MM-DD'))", "\"2024-02-29\""}}),
      define(
          "date_diff(unit, from, to) -> integer",
          "How many borders of a 'day', 'month' or 'year' lie between two dates; to - from gives "
          "days "
          "too.",
          {a_word, a_date, a_date}, Type::integer, diff_kernel,
          {{"date_diff('day', date('2025-08-19', 'YYYY-MM-DD'), date('2025-09-01', 'YYYY-MM-DD'))",
            "13"},
           {"date_diff('year', date('2025-12-31', 'YYYY-MM-DD'), date('2026-01-01', 'YYYY-MM-DD'))",
            "1"}})
          .prepared_by(unit),
      define(
          "add_months(date, n) -> date",
          "The same day n months later; the last day of a month that is too short. Days are added "
          "with +.",
          {a_date, an_integer}, Type::date, add_months_kernel,
          {{"add_months(date('2024-01-31', 'YYYY-MM-DD'), 1)", "\"2024-02-29\""},
           {"add_months(date('2025-08-19', 'YYYY-MM-DD'), -12)", "\"2024-08-19\""}})
          .faults(),
      define("make_date(year, month, day) -> date", "A date of its numbers.",
             {an_integer, an_integer, an_integer}, Type::date, make_date_kernel,
             {{"make_date(2025, 8, 19)", "\"2025-08-19\""}})
          .faults(),
  };
}

}  // namespace homeroom::express
