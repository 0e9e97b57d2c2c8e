// Dates: reading them by a format, and what can be asked of them.
#include <array>

#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
#include "hub/express/timestamp.hpp"
#include "hub/record/date.hpp"

namespace homeroom::express {

namespace {

/// First days of the months of the years people in school data live in: a date is one look-up.
class Months {
 public:
  static constexpr int32_t first_year = 1850;
  static constexpr int32_t years = 300;

  Months() {
    for (uint32_t i = 0; i <= years * 12; ++i)
      first_[i] = *record::days_of(first_year + static_cast<int32_t>(i / 12), i % 12 + 1, 1);
  }
  bool days(uint32_t year, uint32_t month, uint32_t day, int32_t& out) const {
    if (month - 1 > 11) return false;
    uint32_t at = (year - first_year) * 12 + month - 1;
    if (at >= years * 12) {
      auto found = record::days_of(static_cast<int32_t>(year), month, day);
      if (found) out = *found;
      return found.has_value();
    }
    out = first_[at] + static_cast<int32_t>(day) - 1;
    return day != 0 && out < first_[at + 1];
  }

 private:
  std::array<int32_t, years * 12 + 1> first_;
};
const Months months;

struct DateFormat : Prepared {
  struct Piece {
    char what;      ///< Y, M, D, or 0 for a separator
    uint8_t least;  ///< digits
    uint8_t most;
    char separator;
  };
  std::vector<Piece> pieces;
  std::string says;
  bool is_iso = false;
};

std::shared_ptr<const Prepared> date_format(const Preparing& preparing) {
  const std::string& format = preparing.words[0];
  auto made = std::make_shared<DateFormat>();
  std::string letters;
  for (size_t i = 0; i < format.size();) {
    size_t end = i;
    while (end < format.size() && format[end] == format[i]) ++end;
    size_t size = end - i;
    char what = format[i];
    bool is_part = what == 'Y' || what == 'M' || what == 'D';
    bool is_separator = !is_part && std::string("-/. ").find(what) != std::string::npos;
    if (!is_part && !is_separator)
      throw std::string("a date format has Y, M, D and - / . or space, like 'MM/DD/YYYY'");
    if (is_part) {
      if (letters.find(what) != std::string::npos || (what == 'Y' ? size != 4 : size > 2))
        throw std::string("write YYYY, MM or M, DD or D, each once, like 'MM/DD/YYYY'");
      if (size == 1 && end < format.size() &&
          std::string("YMD").find(format[end]) != std::string::npos)
        throw std::string("after M or D comes a separator, else its end is not known");
      letters += what;
      auto digits = static_cast<uint8_t>(size);
      made->pieces.push_back({what, digits, size == 1 ? uint8_t{2} : digits, 0});
    } else {
      for (size_t k = 0; k < size; ++k) made->pieces.push_back({0, 1, 1, what});
    }
    i = end;
  }
  if (letters.size() != 3) throw std::string("a date format needs YYYY, MM and DD");
  made->says = "not a date " + format;
  made->is_iso = format == "YYYY-MM-DD";
  return made;
}

bool read_by(const DateFormat& format, const char* at, const char* end, int32_t& out) {
  uint32_t year = 0, month = 0, day = 0;
  for (const auto& piece : format.pieces) {
    if (piece.what == 0) {
      if (at == end || *at != piece.separator) return false;
      ++at;
      continue;
    }
    uint32_t value = 0;
    uint8_t digits = 0;
    for (; digits < piece.most && at < end && is_digit(*at); ++digits, ++at)
      value = value * 10 + static_cast<uint32_t>(*at - '0');
    if (digits < piece.least) return false;
    (piece.what == 'Y' ? year : piece.what == 'M' ? month : day) = value;
  }
  return at == end && months.days(year, month, day, out);
}

bool read_iso(const Text& text, int32_t& out) {
  if (text.size != 10) return false;
  const char* s = text.prefix;  // ten letters always lie inside
  uint32_t bad = static_cast<uint32_t>(s[4] != '-') | static_cast<uint32_t>(s[7] != '-');
  auto digit = [&](int i) {
    auto value = static_cast<uint32_t>(static_cast<unsigned char>(s[i] - '0'));
    bad |= value > 9;
    return value;
  };
  uint32_t year = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3);
  uint32_t month = digit(5) * 10 + digit(6);
  uint32_t day = digit(8) * 10 + digit(9);
  return bad == 0 && months.days(year, month, day, out);
}

Column date_kernel(Call& call) {
  const auto& format = call.prepared<DateFormat>();
  const char* says = format.says.c_str();
  if (format.is_iso)
    return read_one<Text, int32_t>(call, Type::date, [&](const Text& text, int32_t& out) {
      return read_iso(text, out) ? nullptr : says;
    });
  return read_one<Text, int32_t>(call, Type::date, [&](const Text& text, int32_t& out) {
    return read_by(format, text.data(), text.data() + text.size, out) ? nullptr : says;
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

Column timestamp_kernel(Call& call) {
  return read_one<Text, Timestamp>(call, Type::timestamp, [](const Text& text, Timestamp& out) {
    return read_timestamp(text.view(), out) ? nullptr : "not a timestamp YYYY-MM-DDThh:mm:ss+hh:mm";
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

Column year_kernel(Call& call) {
  return map_one<int32_t, int64_t>(call, Type::integer,
                                   [](int32_t day) { return int64_t{record::civil(day).year}; });
}
Column month_kernel(Call& call) {
  return map_one<int32_t, int64_t>(call, Type::integer,
                                   [](int32_t day) { return int64_t{record::civil(day).month}; });
}
Column age_kernel(Call& call) {
  return map_two<int32_t, int32_t, int64_t>(call, Type::integer, [](int32_t born, int32_t on) {
    auto a = record::civil(born);
    auto b = record::civil(on);
    bool is_before_birthday = b.month != a.month ? b.month < a.month : b.day < a.day;
    return int64_t{b.year} - a.year - is_before_birthday;
  });
}
Column school_year_kernel(Call& call) {
  return map_one<int32_t, int64_t>(call, Type::integer, [](int32_t day) {
    auto date = record::civil(day);
    return int64_t{date.year} + (date.month >= 7);
  });
}

Column text_of_date(Call& call) {
  return map_one<int32_t, Text>(call, Type::text, [](int32_t day) {
    char letters[10];
    record::write_iso_date(day, letters);
    return record::text(letters, 10);
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
  constexpr Takes a_date_part{Type::date_part, false};
  constexpr Takes a_timestamp{Type::timestamp, false};
  return {
      define("date(text, format) -> date",
             "Reads a date by a format of YYYY, MM or M, DD or D and - / . or space; M and D take "
             "one or two digits, MM and DD exactly two.",
             {a_text, a_word}, Type::date, date_kernel,
             {{"date('2014-11-03', 'YYYY-MM-DD')", "\"2014-11-03\""},
              {"date('8/5/2022', 'M/D/YYYY')", "\"2022-08-05\""},
              {"date('20220805', 'YYYYMMDD')", "\"2022-08-05\""}})
          .faults()
          .prepared_by(date_format),
      define("date_part(text) -> date_part",
             "Reads YYYY, YYYY-MM or YYYY-MM-DD and keeps how much is known.", {a_text},
             Type::date_part, date_part_kernel, {{"date_part('2014-11')", "\"2014-11\""}})
          .faults(),
      define("timestamp(text) -> timestamp",
             "Reads YYYY-MM-DDThh:mm, with seconds and offset if they are there.", {a_text},
             Type::timestamp, timestamp_kernel,
             {{"timestamp('2025-09-01T08:30:00-04:00')", "\"2025-09-01T08:30:00-04:00\""}})
          .faults(),
      define("local_date(text) -> date",
             "The date as it is written in a date or timestamp; the offset does not move it.",
             {a_text}, Type::date, local_date_of_text,
             {{"local_date('2025-09-01T23:30:00-04:00')", "\"2025-09-01\""},
              {"local_date('2025-09-01')", "\"2025-09-01\""}})
          .faults(),
      define("local_date(timestamp) -> date", "The date where the timestamp was written.",
             {a_timestamp}, Type::date, local_date_of_timestamp,
             {{"local_date(timestamp('2025-09-01T23:30:00-04:00'))", "\"2025-09-01\""}}),
      define("year(date) -> integer", "The year.", {a_date}, Type::integer, year_kernel,
             {{"year(date('2014-11-03', 'YYYY-MM-DD'))", "2014"}}),
      define("month(date) -> integer", "The month, 1 to 12.", {a_date}, Type::integer, month_kernel,
             {{"month(date('2014-11-03', 'YYYY-MM-DD'))", "11"}}),
      define("age(born, on) -> integer",
             "Full years from one date to another; born on 29 February counts from 1 March.",
             {a_date, a_date}, Type::integer, age_kernel,
             {{"age(date('2014-11-03', 'YYYY-MM-DD'), date('2025-11-02', 'YYYY-MM-DD'))", "10"}}),
      define("school_year_of(date) -> integer",
             "The school year a date lies in, named by its end; it turns on 1 July.", {a_date},
             Type::integer, school_year_kernel,
             {{"school_year_of(date('2025-07-01', 'YYYY-MM-DD'))", "2026"},
              {"school_year_of(date('2025-06-30', 'YYYY-MM-DD'))", "2025"}}),
      define("text(date) -> text", "Writes YYYY-MM-DD.", {a_date}, Type::text, text_of_date,
             {{"text(date('11/03/2014', 'MM/DD/YYYY'))", "\"2014-11-03\""}}),
      define("text(date_part) -> text", "Writes what is known.", {a_date_part}, Type::text,
             text_of_date_part, {{"text(date_part('2014-11'))", "\"2014-11\""}}),
  };
}

}  // namespace homeroom::express
