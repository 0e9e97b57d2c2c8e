// Dialect: how a SQL engine says what differs between engines. Everything else of a generated case
// is written in the SQL both share. Values have one form in all of them:
//   boolean, integer and text as they are; a decimal as an integer of 10^-scale; a date as its ISO
//   text; date_part as YYYY, YYYY-MM or YYYY-MM-DD; a timestamp as ISO text with +hh:mm or without
//   offset; a list as JSON text of SQLite or VARCHAR[] of DuckDB; JSON as its text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace homeroom::differ {

enum class Engine : uint8_t { sqlite, duckdb };

/// A seeded source of choices that is the same on every machine.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ull + 1) {}
  uint64_t next();
  /// 0 to most - 1.
  uint32_t below(uint32_t most) { return static_cast<uint32_t>(next() % most); }
  bool once_in(uint32_t times) { return below(times) == 0; }
  template <class T>
  const T& of(const std::vector<T>& all) {
    return all[below(static_cast<uint32_t>(all.size()))];
  }

 private:
  uint64_t state_;
};

/// The text in single quotes, as both SQL and the mapping language write it.
std::string sql_text(const std::string& text);

/// `body` with x standing for the value of `value`, which is worked out once.
std::string with(const std::string& value, const std::string& body);

class Dialect {
 public:
  explicit Dialect(Engine engine) : is_sqlite_(engine == Engine::sqlite) {}
  bool is_sqlite() const { return is_sqlite_; }

  std::string boolean(bool value) const;
  std::string integer(const std::string& digits) const;
  /// Exact arithmetic of two integers; `overflows` is true where the result is no 64-bit integer.
  std::string arithmetic(const std::string& a, char sign, const std::string& b) const;
  std::string overflows(const std::string& a, char sign, const std::string& b) const;
  std::string divided(const std::string& top, const std::string& bottom) const;  ///< towards zero

  /// The condition that the text x matches a pattern made of letters, # for a digit, and nothing
  /// else.
  std::string is_form(const std::string& x, const std::string& form) const;
  std::string only_digits(const std::string& x) const;  ///< not empty, digits only
  std::string is_day(
      const std::string& iso) const;  ///< that YYYY-MM-DD in digits is a day there is
  std::string plus_days(const std::string& date,
                        const std::string& days) const;  ///< null beyond year 9999
  std::string days_between(const std::string& a, const std::string& b) const;
  std::string part(const char* name,
                   const std::string& date) const;          ///< year, month, day as integer
  std::string instant(const std::string& timestamp) const;  ///< seconds, to compare
  std::string as_integer(const std::string& digits) const;
  std::string padded(const std::string& number, int digits) const;  ///< with zeros in front

  std::string weekday(const std::string& date) const;  ///< 0 is Sunday
  /// A letter as often as `count` says; none where it is not above zero.
  std::string repeated(const std::string& letter, const std::string& count) const;

  std::string length(const std::string& text) const { return "length(" + text + ")"; }
  std::string digits_of(const std::string& text) const;  ///< empty where there is none
  std::string find(const std::string& text, const std::string& word) const;  ///< place from 1, or 0
  std::string like(const std::string& text, const std::string& pattern) const;
  std::string tail(const std::string& text, const std::string& size) const;  ///< the last letters

  std::string list_of(const std::vector<std::string>& texts) const;  ///< those that are not null
  std::string split(const std::string& text, const std::string& separator) const;
  std::string item(const std::string& list, const std::string& place) const;
  std::string count(const std::string& list) const;
  std::string holds(const std::string& list, const std::string& text) const;  ///< both are not null
  std::string joined(const std::string& list, const std::string& separator) const;
  /// A row source of (key, value) from a list, to stand behind a comma of `from`; null gives none.
  std::string rows_of(const std::string& list) const;
  std::string sorted_list(const std::string& query) const;  ///< of the texts a query gives in order
  /// The list of `what` over rows (key, value) of a list; `rest`: where or group by.
  std::string items(const std::string& list, const std::string& what, const std::string& rest,
                    const std::string& order) const;
  std::string values(const std::string& list) const;  ///< a query that gives the items, as item
  std::string concatenated(const std::string& a, const std::string& b) const;
  std::string is_json(const std::string& text) const;
  std::string at_path(const std::string& json, const std::string& path) const;
  /// The member `wanted` of the first object of an array whose member `key` is a text.
  std::string at_member(const std::string& json, const std::string& array, const std::string& key,
                        const std::string& is, const std::string& wanted) const;
  /// The items of an array that are not null, as texts; what is no array as a list of one.
  std::string items_at(const std::string& json, const std::string& path) const;
  /// The timestamp x at an offset of whole hours, and on the clocks of New York since 2007: null
  /// where there is no such time.
  std::string at_offset(const std::string& x, int hours) const;
  std::string in_new_york(const std::string& timestamp) const;
  std::string list_literal(const std::vector<std::string>& items) const;
  /// The different words between commas, in their order, with spaces between them.
  std::string distinct_words(const std::string& text) const;
  std::string list_text(const std::string& list) const;  ///< as JSON text

 private:
  bool is_sqlite_;
};

}  // namespace homeroom::differ
