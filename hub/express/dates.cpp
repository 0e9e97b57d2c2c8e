// Dates: reading them by formats, wholly or in part, and writing them.
#include "hub/express/fixed_date.hpp"
#include "hub/express/formats.hpp"
#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
#include "hub/express/loose_date.hpp"
#include "hub/express/months.hpp"

namespace homeroom::express {

namespace {

/// The formats of one call, tried in their order.
struct Formats : Prepared {
  std::vector<Format> all;
  std::string says;
  std::optional<FixedDate> fixed;  ///< the first one, when it is of this kind
  std::optional<LooseDate> loose;  ///< or of this
};

/// Words from `first` on are formats.
std::shared_ptr<Formats> formats_of(const Preparing& preparing, size_t first,
                                    std::optional<int64_t> first_year, bool has_whole_days) {
  auto made = std::make_shared<Formats>();
  made->says = "not a date";
  for (size_t i = first; i < preparing.words.size(); ++i) {
    made->all.emplace_back(preparing.word(i), first_year);
    if (!made->all.back().has_year()) throw std::string("a date format needs YYYY or YY");
    if (has_whole_days && !made->all.back().has_day())
      throw std::string("a date format needs YYYY, MM and DD");
    made->says += (i == first ? " " : " or ") + preparing.word(i);
  }
  made->fixed = FixedDate::of(preparing.word(first));
  made->loose = LooseDate::of(preparing.word(first));
  return made;
}
std::shared_ptr<const Prepared> date_formats(const Preparing& preparing) {
  return formats_of(preparing, 0, std::nullopt, true);
}
std::shared_ptr<const Prepared> date_formats_of_century(const Preparing& preparing) {
  int64_t year = preparing.number(0);
  if (year < Months::first_year || year > 2050)
    throw std::string("the first of the hundred years is 1850 to 2050");
  return formats_of(preparing, 1, year, true);
}
std::shared_ptr<const Prepared> part_formats(const Preparing& preparing) {
  return formats_of(preparing, 0, std::nullopt, false);
}
std::shared_ptr<const Prepared> written_format(const Preparing& preparing) {
  auto made = std::make_shared<Formats>();
  made->all.emplace_back(preparing.word(0), 0);
  if (made->all[0].has_time()) throw std::string("a date has no time to write");
  return made;
}

bool read_day(const Format& format, std::string_view text, int32_t& out) {
  Moment moment;
  return format.read(text, moment) && months.days(moment.year, moment.month, moment.day, out);
}

template <class Read>
Column date_by(Call& call, const char* says, Read read) {
  return read_one<Text, int32_t>(call, Type::date, [&](const Text& text, int32_t& out) {
    return read(text, out) ? nullptr : says;
  });
}
Column date_kernel(Call& call) {
  const auto& formats = call.prepared<Formats>();
  const char* says = formats.says.c_str();
  if (formats.fixed && formats.all.size() == 1) {
    if (formats.fixed->is_iso()) return date_by(call, says, read_iso);
    const FixedDate fixed = *formats.fixed;  // a copy: it stays in registers
    return date_by(call, says,
                   [&](const Text& text, int32_t& out) { return fixed.read(text, out); });
  }
  if (formats.loose && formats.all.size() == 1)
    return date_by(call, says, [loose = *formats.loose](const Text& text, int32_t& out) {
      return loose.read(text, out);
    });
  return date_by(call, says, [&](const Text& text, int32_t& out) {
    for (const auto& format : formats.all)
      if (read_day(format, text.view(), out)) return true;
    return false;
  });
}

const char* read_date_part(const Text& text, DatePart& out) {
  constexpr const char* says = "not a date YYYY, YYYY-MM or YYYY-MM-DD";
  std::string_view view = text.view();
  if (view.size() != 4 && view.size() != 7 && view.size() != 10) return says;
  char whole[] = "0000-01-01";
  std::memcpy(whole, view.data(), view.size());
  if (!read_iso(record::text(whole, 10), out.days)) return says;
  out.precision = view.size() == 4   ? record::Precision::year
                  : view.size() == 7 ? record::Precision::month
                                     : record::Precision::day;
  return nullptr;
}
Column date_part_kernel(Call& call) {
  return read_one<Text, DatePart>(call, Type::date_part, read_date_part);
}
Column date_part_by_format(Call& call) {
  const auto& formats = call.prepared<Formats>();
  return read_one<Text, DatePart>(call, Type::date_part, [&](const Text& text, DatePart& out) {
    for (const auto& format : formats.all) {
      if (!read_day(format, text.view(), out.days)) continue;
      out.precision = format.has_day()     ? record::Precision::day
                      : format.has_month() ? record::Precision::month
                                           : record::Precision::year;
      return static_cast<const char*>(nullptr);
    }
    return formats.says.c_str();
  });
}

Column date_of_part(Call& call) {
  return read_one<DatePart, int32_t>(call, Type::date, [](const DatePart& value, int32_t& out) {
    out = value.days;
    return value.precision == record::Precision::day ? nullptr
                                                     : "a date of which the day is not known";
  });
}
Column year_of_part(Call& call) {
  return map_one<DatePart, int64_t>(call, Type::integer, [](const DatePart& value) {
    return int64_t{record::civil(value.days).year};
  });
}

Column text_of_date(Call& call) {
  return map_one<int32_t, Text>(call, Type::text, [](int32_t day) {
    char letters[10];
    record::write_iso_date(day, letters);
    return record::text(letters, 10);
  });
}
Column text_by_format(Call& call) {
  const Format& format = call.prepared<Formats>().all[0];
  std::string letters;
  return map_one<int32_t, Text>(call, Type::text, [&](int32_t day) {
    auto date = record::civil(day);
    letters.clear();
    format.write({static_cast<uint32_t>(date.year), date.month, date.day}, letters);
    return made(call, letters);
  });
}
Column text_of_date_part(Call& call) {
  return map_one<DatePart, Text>(call, Type::text, [](const DatePart& value) {
    char letters[10];
    record::write_iso_date(value.days, letters);
    return record::text(letters, value.precision == record::Precision::year    ? 4
                                 : value.precision == record::Precision::month ? 7
                                                                               : 10);
  });
}

}  // namespace

std::vector<Function> date_functions() {
  return {
      define(
          "date(text, format, ...) -> date",
          "Reads a date by the first format it is of: YYYY, MM or M or MON (Nov), DD or D and "
          "signs "
          "between them; M and D take one or two digits. A time (hh:mm:ss AM) may be read and is "
          "left out.",
          {a_text, a_word}, Type::date, date_kernel,
          {{"date('2014-11-03', 'YYYY-MM-DD')", "\"2014-11-03\""},
           {"date('8/5/2022', 'M/D/YYYY')", "\"2022-08-05\""},
           {"date('20220805', 'MM/DD/YYYY', 'YYYYMMDD')", "\"2022-08-05\""},
           {"date('03-NOV-2014', 'DD-MON-YYYY')", "\"2014-11-03\""}})
          .repeated()
          .faults()
          .prepared_by(date_formats),
      define("date(text, first_year, format, ...) -> date",
             "The same for formats with YY: the year is one of the hundred that begin with "
             "first_year.",
             {a_text, a_written_integer, a_word}, Type::date, date_kernel,
             {{"date('8/5/22', 1950, 'M/D/YY')", "\"2022-08-05\""},
              {"date('8/5/51', 1950, 'M/D/YY')", "\"1951-08-05\""}})
          .repeated()
          .faults()
          .prepared_by(date_formats_of_century),
      define("date_part(text) -> date_part",
             "Reads YYYY, YYYY-MM or YYYY-MM-DD and keeps how much is known.", {a_text},
             Type::date_part, date_part_kernel, {{"date_part('2014-11')", "\"2014-11\""}})
          .faults(),
      define("date_part(text, format, ...) -> date_part",
             "Reads a year, a month or a day by the first format it is of.", {a_text, a_word},
             Type::date_part, date_part_by_format,
             {{"date_part('11/2014', 'MM/DD/YYYY', 'MM/YYYY', 'YYYY')", "\"2014-11\""}})
          .repeated()
          .faults()
          .prepared_by(part_formats),
      define("date(date_part) -> date", "The date, if its day is known.", {a_date_part}, Type::date,
             date_of_part, {{"date(date_part('2014-11-03'))", "\"2014-11-03\""}})
          .faults(),
      define("year(date_part) -> integer", "The year.", {a_date_part}, Type::integer, year_of_part,
             {{"year(date_part('2014-11'))", "2014"}}),
      define("text(date) -> text", "Writes YYYY-MM-DD.", {a_date}, Type::text, text_of_date,
             {{"text(date('11/03/2014', 'MM/DD/YYYY'))", "\"2014-11-03\""}}),
      define("text(date, format) -> text", "Writes a date by a format.", {a_date, a_word},
             Type::text, text_by_format,
             {{"text(date('2014-11-03', 'YYYY-MM-DD'), 'YYYYMMDD')", "\"20141103\""},
              {"text(date('2014-11-03', 'YYYY-MM-DD'), 'D-MON-YY')", "\"3-NOV-14\""}})
          .prepared_by(written_format),
      define("text(date_part) -> text", "Writes what is known.", {a_date_part}, Type::text,
             text_of_date_part, {{"text(date_part('2014-11'))", "\"2014-11\""}}),
  };
}

}  // namespace homeroom::express
