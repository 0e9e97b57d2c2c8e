#include "tests/differ/dialect.hpp"

namespace homeroom::differ {

uint64_t Random::next() {  // splitmix64
  uint64_t mixed = state_ += 0x9E3779B97F4A7C15ull;
  mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9ull;
  mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBull;
  return mixed ^ mixed >> 31;
}

std::string sql_text(const std::string& text) {
  std::string out = "'";
  for (char letter : text) out += letter == '\'' ? std::string("''") : std::string(1, letter);
  return out + "'";
}

std::string with(const std::string& value, const std::string& body) {
  return "(select " + body + " from (select " + value + " as x) as one)";
}

std::string Dialect::boolean(bool value) const {
  if (is_sqlite_) return value ? "1" : "0";
  return value ? "true" : "false";
}

std::string Dialect::integer(const std::string& digits) const {
  if (is_sqlite_)
    return digits == "-9223372036854775808" ? "(-9223372036854775807 - 1)" : "(" + digits + ")";
  return "cast('" + digits + "' as bigint)";
}

std::string Dialect::arithmetic(const std::string& a, char sign, const std::string& b) const {
  if (is_sqlite_) return "(" + a + " " + sign + " " + b + ")";
  return "try_cast(cast(" + a + " as hugeint) " + sign + " cast(" + b + " as hugeint) as bigint)";
}

std::string Dialect::overflows(const std::string& a, char sign, const std::string& b) const {
  auto result = arithmetic(a, sign, b);
  if (is_sqlite_) return "(typeof(" + result + ") = 'real')";
  return "(" + result + " is null and (" + a + ") is not null and (" + b + ") is not null)";
}

std::string Dialect::divided(const std::string& top, const std::string& bottom) const {
  return "(" + top + (is_sqlite_ ? " / " : " // ") + bottom + ")";
}

std::string Dialect::is_form(const std::string& x, const std::string& form) const {
  std::string pattern;
  for (char letter : form) {
    if (is_sqlite_)
      pattern += letter == '#' ? std::string("[0-9]") : std::string(1, letter);
    else
      pattern += letter == '#'   ? std::string("[0-9]")
                 : letter == '+' ? "[+-]"
                                 : std::string(1, letter);
  }
  if (!is_sqlite_) return "regexp_full_match(" + x + ", '" + pattern + "')";
  auto plus = pattern.find('+');
  if (plus != pattern.npos) pattern.replace(plus, 1, "[+-]");
  return "(" + x + " glob '" + pattern + "')";
}

std::string Dialect::only_digits(const std::string& x) const {
  if (is_sqlite_) return "(" + x + " <> '' and " + x + " not glob '*[^0-9]*')";
  return "regexp_full_match(" + x + ", '[0-9]+')";
}

std::string Dialect::is_day(const std::string& iso) const {
  if (is_sqlite_) return "coalesce(date(" + iso + ", '+0 days') = " + iso + ", 0)";
  return "(try_cast(" + iso + " as date) is not null)";
}

std::string Dialect::plus_days(const std::string& date, const std::string& days) const {
  // Beyond four million days nothing is left of the years 0 to 9999; engines differ in what they
  // say there.
  auto near = "(case when " + days + " between -4000000 and 4000000 then " + days + " end)";
  if (is_sqlite_)
    return with("date(" + date + ", " + near + " || ' days')",
                "case when x glob '[0-9]*' then x end");
  return with(
      "strftime(try_cast(" + date + " as date) + cast(" + near + " as integer), '%Y-%m-%d')",
      "case when length(x) = 10 and x between '0000-01-01' and '9999-12-31' then x end");
}

std::string Dialect::days_between(const std::string& a, const std::string& b) const {
  if (is_sqlite_) return "cast(julianday(" + a + ") - julianday(" + b + ") as integer)";
  return "(try_cast(" + a + " as date) - try_cast(" + b + " as date))";
}

std::string Dialect::part(const char* name, const std::string& date) const {
  std::string word = name;
  auto from = word == "year" ? "1, 4" : word == "month" ? "6, 2" : "9, 2";
  return as_integer("substr(" + date + ", " + from + ")");
}

std::string Dialect::weekday(const std::string& date) const {
  if (is_sqlite_) return "cast(strftime('%w', " + date + ") as integer)";
  return "dayofweek(try_cast(" + date + " as date))";
}

std::string Dialect::repeated(const std::string& letter, const std::string& count) const {
  auto made = is_sqlite_ ? "printf('%.*c', " + count + ", '" + letter + "')"
                         : "repeat('" + letter + "', " + count + ")";
  return "(case when " + count + " > 0 then " + made + " else '' end)";
}

std::string Dialect::instant(const std::string& timestamp) const {
  if (is_sqlite_) return "unixepoch(" + timestamp + ")";
  return "cast(epoch(try_cast(" + timestamp + " as timestamptz)) as bigint)";
}

std::string Dialect::as_integer(const std::string& digits) const {
  return is_sqlite_ ? "cast(" + digits + " as integer)" : "try_cast(" + digits + " as bigint)";
}

std::string Dialect::padded(const std::string& number, int digits) const {
  auto width = std::to_string(digits);
  return is_sqlite_ ? "printf('%0" + width + "d', " + number + ")"
                    : "printf('%0" + width + "d', cast(" + number + " as bigint))";
}

std::string Dialect::find(const std::string& text, const std::string& word) const {
  return "instr(" + text + ", " + word + ")";
}

std::string Dialect::like(const std::string& text, const std::string& pattern) const {
  return "(" + text + " like " + pattern + ")";
}

std::string Dialect::tail(const std::string& text, const std::string& size) const {
  return "case when " + size + " <= 0 then '' when " + size + " >= length(" + text + ") then " +
         text + " else substr(" + text + ", length(" + text + ") - " + size + " + 1) end";
}

std::string Dialect::list_of(const std::vector<std::string>& texts) const {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
  if (is_sqlite_)
    return "(select json_group_array(value) from json_each(json_array(" + all +
           ")) where value is not null)";
  return "list_filter(list_value(" + all + "), lambda y : y is not null)";
}

std::string Dialect::split(const std::string& text, const std::string& separator) const {
  if (!is_sqlite_) return "string_split(" + text + ", " + sql_text(separator) + ")";
  return "json('[' || replace(json_quote(" + text + "), " + sql_text(separator) +
         ", '\",\"') || ']')";
}

std::string Dialect::item(const std::string& list, const std::string& place) const {
  if (!is_sqlite_)
    return "case when " + place + " between 1 and len(" + list + ") then list_extract(" + list +
           ", " + place + ") end";
  return "case when " + place + " between 1 and json_array_length(" + list +
         ") then json_extract(" + list + ", '$[' || (" + place + " - 1) || ']') end";
}

std::string Dialect::count(const std::string& list) const {
  return is_sqlite_ ? "json_array_length(" + list + ")" : "cast(len(" + list + ") as bigint)";
}

std::string Dialect::holds(const std::string& list, const std::string& text) const {
  if (!is_sqlite_) return "list_contains(" + list + ", " + text + ")";
  return "exists(select 1 from json_each(" + list + ") where value = " + text + ")";
}

std::string Dialect::joined(const std::string& list, const std::string& separator) const {
  if (!is_sqlite_)
    return "case when len(" + list + ") > 0 then array_to_string(" + list + ", " +
           sql_text(separator) + ") end";
  return "(select group_concat(value, " + sql_text(separator) + ") from json_each(" + list + "))";
}

std::string Dialect::digits_of(const std::string& text) const {
  if (!is_sqlite_) return "regexp_replace(" + text + ", '[^0-9]', '', 'g')";
  std::string letter = "substr(x, at + 1, 1)";
  return with(text,
              "case when x is not null then (with recursive each(at, kept) as (select 0, '' union "
              "all select at + 1, kept || (case when " +
                  letter + " between '0' and '9' then " + letter +
                  " else '' end) from each where at < length(x)) select kept from each order by "
                  "at desc limit 1) end");
}

std::string Dialect::rows_of(const std::string& list) const {
  if (is_sqlite_) return "json_each(" + list + ")";
  return "lateral (select unnest(range(len(" + list + "))) as key, unnest(" + list + ") as value)";
}

std::string Dialect::sorted_list(const std::string& query) const {
  if (is_sqlite_)
    return "(select case when count(*) > 0 then json_group_array(item) end from (" + query + "))";
  return "(select list(item) from (" + query + "))";
}

std::string Dialect::items(const std::string& list, const std::string& what,
                           const std::string& rest, const std::string& order) const {
  auto tail = " " + rest + " order by " + order + "))";
  if (is_sqlite_)
    return "(select json_group_array(item) from (select " + what + " as item from json_each(" +
           list + ")" + tail;
  return "(select coalesce(list(item), []) from (select " + what +
         " as item from (select unnest(range(len(" + list + "))) as key, unnest(" + list +
         ") as value)" + tail;
}

std::string Dialect::values(const std::string& list) const {
  return is_sqlite_ ? "select value as item from json_each(" + list + ")"
                    : "select unnest(" + list + ") as item";
}

std::string Dialect::concatenated(const std::string& a, const std::string& b) const {
  if (!is_sqlite_) return "list_concat(" + a + ", " + b + ")";
  return "(select json_group_array(value) from (select 1 as side, key, value from json_each(" + a +
         ") union all select 2, key, value from json_each(" + b + ") order by 1, 2))";
}

std::string Dialect::is_json(const std::string& text) const {
  return "json_valid(" + text + ")";
}

std::string Dialect::at_path(const std::string& json, const std::string& path) const {
  if (is_sqlite_) return "cast(json_extract(" + json + ", '$." + path + "') as text)";
  return "json_extract_string(" + json + ", '$." + path + "')";
}

std::string Dialect::at_member(const std::string& json, const std::string& array,
                               const std::string& key, const std::string& is,
                               const std::string& wanted) const {
  if (is_sqlite_)
    return "(select cast(json_extract(value, '$." + wanted + "') as text) from json_each(" + json +
           ", '$." + array + "') where case type when 'object' then json_extract(value, '$." + key +
           "') end = '" + is + "' order by key limit 1)";
  return "json_extract_string(list_extract(list_filter(json_extract(" + json + ", '$." + array +
         "[*]'), lambda y : json_extract_string(y, '$." + key + "') = '" + is + "'), 1), '$." +
         wanted + "')";
}

std::string Dialect::items_at(const std::string& json, const std::string& path) const {
  auto at = "'$." + path + "'";
  if (is_sqlite_)
    return "(case json_type(" + json + ", " + at +
           ") when 'null' then null when 'object' then json_array(json_extract(" + json + ", " +
           at + ") || '') when 'array' then (select json_group_array(value || '') from json_each(" +
           json + ", " + at + ") where type <> 'null') else case when json_type(" + json + ", " +
           at + ") is not null then json_array(cast(json_extract(" + json + ", " + at +
           ") as text)) end end)";
  auto all = "list_filter(json_extract_string(" + json + ", '$." + path +
             "[*]'), lambda y : y is not null)";
  return "(case json_type(json_extract(" + json + ", " + at +
         ")) when 'NULL' then null when 'ARRAY' then " + all + " else case when json_extract(" +
         json + ", " + at + ") is not null then [json_extract_string(" + json + ", " + at +
         ")] end end)";
}

std::string Dialect::at_offset(const std::string& x, int hours) const {
  auto seconds = std::to_string(hours * 3600);
  auto sign = (hours < 0 ? "'-" : "'+") + std::string(std::abs(hours) < 10 ? "0" : "") +
              std::to_string(std::abs(hours)) + ":00'";
  auto moved = is_sqlite_ ? "strftime('%Y-%m-%dT%H:%M:%S', unixepoch(" + x + ") + " + seconds +
                                ", 'unixepoch')"
                          : "strftime(make_timestamp((" + instant(x) + " + " + seconds +
                                ") * 1000000), '%Y-%m-%dT%H:%M:%S')";
  return "(case when length(" + x + ") = 19 then " + x + " || " + sign + " when substr(" + moved +
         ", 1, 1) between '0' and '9' and length(" + moved + ") = 19 then " + moved + " || " +
         sign + " end)";
}

std::string Dialect::in_new_york(const std::string& timestamp) const {
  if (is_sqlite_) {  // x as written, s on a clock that is never put forward
    auto day = [](const char* of, const char* weeks) {
      return std::string("date(substr(s, 1, 4) || '-") + of + "-01', 'weekday 0', '" + weeks +
             " days') || ";
    };
    auto begin = day("03", "+7"), end = day("11", "+0");
    return "(select case when length(x) > 19 then case when s >= " + begin +
           "'T02:00:00' and s < " + end + "'T01:00:00' then " +
           "strftime('%Y-%m-%dT%H:%M:%S', unixepoch(x) - 14400, 'unixepoch') || '-04:00' else s || "
           "'-05:00' end "
           "when x >= " +
           begin + "'T02:00:00' and x < " + begin + "'T03:00:00' then null when x >= " + begin +
           "'T03:00:00' and x < " + end +
           "'T02:00:00' then x || '-04:00' else x || '-05:00' end from (select x, "
           "case when length(x) > 19 then strftime('%Y-%m-%dT%H:%M:%S', unixepoch(x) - 18000, "
           "'unixepoch') else x "
           "end as s from (select " +
           timestamp + " as x) as one) as two)";
  }
  // w the time on the clock, t the instant
  std::string zone = "timezone('America/New_York', ";
  auto wall = "try_cast(x as timestamp)";
  return "(select case when w is not null then strftime(w, '%Y-%m-%dT%H:%M:%S') || case when "
         "epoch(w) - epoch(t) > "
         "-18000 then '-04:00' else '-05:00' end end from (select t, " +
         zone +
         "t) as w, x from (select x, case when "
         "length(x) > 19 then try_cast(x as timestamptz) when " +
         zone + zone + wall + ")) <> " + wall + " then null when " + zone + zone + wall +
         ") - interval 1 hour) = " + wall + " then " + zone + wall + ") - interval 1 hour else " +
         zone + wall + ") end as t from (select " + timestamp + " as x) as one) as two) as three)";
}

std::string Dialect::list_literal(const std::vector<std::string>& items) const {
  std::string all;
  for (const auto& item : items) all += (all.empty() ? "" : ", ") + sql_text(item);
  if (is_sqlite_) return "json_array(" + all + ")";
  return "cast([" + all + "] as varchar[])";
}

std::string Dialect::distinct_words(const std::string& text) const {
  if (!is_sqlite_)
    return "array_to_string(list_sort(list_distinct(string_split(" + text + ", ','))), ' ')";
  return "(select group_concat(value, ' ') from (select distinct value from json_each('[\"' || "
         "replace(" +
         text + ", ',', '\",\"') || '\"]') order by value))";
}

std::string Dialect::list_text(const std::string& list) const {
  return is_sqlite_ ? list : "cast(to_json(" + list + ") as varchar)";
}

}  // namespace homeroom::differ
