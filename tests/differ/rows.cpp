#include "tests/differ/rows.hpp"

#include <sstream>

#include "hub/record/date.hpp"
#include "hub/record/json.hpp"

namespace homeroom::differ {

namespace {

std::vector<std::string> parts(const std::string& text, char separator) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) out.push_back(part);
  return out;
}

record::Timestamp timestamp(const std::string& text) {
  record::Timestamp out{0, 0, text.size() > 19};
  auto number = [&](std::size_t at) { return std::stoll(text.substr(at, 2)); };
  int64_t seconds = (number(11) * 60 + number(14)) * 60 + number(17);
  if (out.has_offset)
    out.offset_minutes =
        static_cast<int16_t>((number(20) * 60 + number(23)) * (text[19] == '-' ? -1 : 1));
  out.utc_us = (*record::parse_iso_date(text.substr(0, 10)) * int64_t{86400} + seconds -
                out.offset_minutes * 60) *
               1000000;
  return out;
}

record::DatePart date_part(const std::string& text) {
  std::string whole = text + std::string("0000-01-01").substr(text.size());
  auto precision = text.size() == 4   ? record::Precision::year
                   : text.size() == 7 ? record::Precision::month
                                      : record::Precision::day;
  return {*record::parse_iso_date(whole), precision};
}

std::string timestamp_text(const record::Timestamp& value) {
  int64_t seconds = value.utc_us / 1000000 + value.offset_minutes * 60;
  int64_t day = seconds / 86400 - (seconds % 86400 < 0);
  int64_t rest = seconds - day * 86400;
  char text[64];
  std::snprintf(text, sizeof text, "%sT%02d:%02d:%02d",
                record::iso_date(static_cast<int32_t>(day)).c_str(), static_cast<int>(rest / 3600),
                static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
  std::string out = text;
  if (!value.has_offset) return out;
  int minutes = std::abs(value.offset_minutes);
  std::snprintf(text, sizeof text, "%c%02d:%02d", value.offset_minutes < 0 ? '-' : '+',
                minutes / 60, minutes % 60);
  return out + text;
}

std::string integer_text(__int128 value) {
  if (value == 0) return "0";
  bool is_negative = value < 0;
  std::string out;
  for (; value != 0; value /= 10)
    out.insert(out.begin(),
               static_cast<char>('0' + static_cast<int>(is_negative ? -(value % 10) : value % 10)));
  return is_negative ? '-' + out : out;
}

std::string units_at(record::Decimal value, int scale) {
  for (; value.scale < scale; ++value.scale) value.units *= 10;
  for (; value.scale > scale; --value.scale) {
    if (value.units % 10 != 0) return "more places than expected";
    value.units /= 10;
  }
  return integer_text(value.units);
}

}  // namespace

const std::vector<Field>& usual_fields() {
  static const std::vector<std::string> texts = {"",
                                                 "a",
                                                 "A",
                                                 "ab",
                                                 "abc",
                                                 "b%",
                                                 "a_c",
                                                 " a ",
                                                 "  ",
                                                 "Zoë",
                                                 "aëc",
                                                 "ë",
                                                 "a text of many letters",
                                                 "O'Fern",
                                                 "a,b",
                                                 "a,,b",
                                                 ",",
                                                 "%",
                                                 "_",
                                                 "0",
                                                 "-1",
                                                 "12",
                                                 "a text of many Letters, and more",
                                                 "{Id:7},{Other:}"};
  static const std::vector<std::string> numbers = {"0",
                                                   "1",
                                                   "-1",
                                                   "007",
                                                   "+5",
                                                   "42",
                                                   "9223372036854775807",
                                                   "9223372036854775808",
                                                   "-9223372036854775808",
                                                   "-9223372036854775809",
                                                   "00000000000000000000012",
                                                   "",
                                                   "x",
                                                   "1.5",
                                                   " 1",
                                                   "12a",
                                                   "-",
                                                   "+",
                                                   "Y",
                                                   "no",
                                                   "TRUE",
                                                   "f"};
  static const std::vector<std::string> days = {"2024-02-29",
                                                "2023-02-29",
                                                "2014-11-03",
                                                "1900-02-29",
                                                "2000-02-29",
                                                "2014-13-01",
                                                "2014-00-10",
                                                "2014-1-1",
                                                "1/2/2024",
                                                "02/29/2024",
                                                "2/29/2023",
                                                "13/1/2024",
                                                "1/32/2024",
                                                "2014-11",
                                                "2014",
                                                "2014-13",
                                                "",
                                                "2025-09-01T23:30:00-04:00",
                                                "2025-09-01T23:30:00Z",
                                                "2025-09-01T00:30:00+14:00",
                                                "2025-09-01T08:30:00",
                                                "2025-09-01T24:00:00Z",
                                                "2025-02-30T08:00:00Z",
                                                "2025-09-01T08:30:00+15:00",
                                                "2025-09-01 ",
                                                "x",
                                                "0001-01-01",
                                                "9999-12-31",
                                                "1850-01-01",
                                                "2149-12-31",
                                                "1849-12-31",
                                                "2150-01-01",
                                                "12/31/9999"};
  static const std::vector<std::string> documents = {
      "{}",
      "[1]",
      "\"a\"",
      R"({"a":"x","b":[1,"y",null],"c":{"d":"it's"}})",
      R"({"a":null,"b":"z","c":[],"e":-2.5})",
      R"({"a":"\u00eb\"","b":[],"e":12})",
      R"({"n":[{"u":"w","v":7},{"u":"h","v":"x, y"},{"u":"h","v":1}],"b":["",null]})",
      R"({"n":{"u":"h"},"b":{"c":[1]},"e":null})",
      R"({"a":1)",
      "x"};
  static const std::vector<Field> all = {
      {"b1", Type::boolean, {"1", "0"}},
      {"b2", Type::boolean, {"1", "0"}},
      {"i1",
       Type::integer,
       {"0", "1", "-1", "2", "3", "7", "100", "9223372036854775807", "-9223372036854775808"}},
      {"i2", Type::integer, {"0", "1", "2", "3", "4", "5", "-2", "10", "365"}},
      {"m1", Type::decimal, {"0", "150", "-150", "1", "-1", "99999999", "200", "33"}},
      {"t1", Type::text, texts},
      {"t2", Type::text, texts},
      {"n1", Type::text, numbers},
      {"x1", Type::text, days},
      {"d1",
       Type::date,
       {"2024-02-29", "2014-11-03", "1970-01-01", "1969-12-31", "2025-07-01", "2025-06-30",
        "1900-03-01"}},
      {"d2",
       Type::date,
       {"2024-02-29", "2024-02-28", "2014-11-03", "2014-11-04", "9999-12-31", "0000-01-01",
        "2000-12-31"}},
      {"p1", Type::date_part, {"2014", "2014-01", "2014-01-01", "2014-11", "2014-11-03", "2015"}},
      {"s1",
       Type::timestamp,
       {"2025-09-01T23:30:00-04:00", "2025-09-02T03:30:00+00:00", "2025-09-01T08:30:00",
        "9999-12-31T23:30:00+00:00", "0000-01-01T00:30:00+00:00", "2025-03-09T02:30:00",
        "2025-11-02T01:30:00", "2025-03-09T06:59:59+00:00", "2025-03-09T07:00:00+00:00",
        "2025-11-02T05:59:59+00:00", "2025-11-02T06:00:00+00:00", "1970-01-01T00:00:00+00:00",
        "1969-12-31T23:59:59-01:00", "2025-09-02T00:00:01+14:00"}},
      {"l1", Type::list, {"", "a", "a|b", "b|a text of many letters|a", "a|a", "ë|b%"}},
      {"o1", Type::text, documents},
      {"j1", Type::json, {"{}", "[1]", "\"a\"", "1"}}};
  return all;
}

Rows::Rows(const std::vector<Field>& fields, uint32_t rows, Random& random) : fields_(fields) {
  cells_.resize(rows);
  for (auto& row : cells_)
    for (const auto& field : fields) {
      bool is_null = random.once_in(6);
      row.push_back({is_null, is_null ? "" : random.of(field.pool)});
    }
}

std::vector<record::Column> Rows::columns(record::Arena& arena) const {
  std::vector<record::Column> out;
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    record::Column column;
    column.type = fields_[f].type;
    auto* valid = arena.many<uint8_t>(rows());
    for (uint32_t row = 0; row < rows(); ++row) valid[row] = !cells_[row][f].is_null;
    column.valid = valid;
    auto fill = [&]<class T>(T (*made)(const std::string&, record::Arena&)) {
      T* values = arena.many<T>(rows());
      for (uint32_t row = 0; row < rows(); ++row)
        values[row] = cells_[row][f].is_null ? T{} : made(cells_[row][f].text, arena);
      column.values = values;
    };
    using Arena = record::Arena;
    using Words = const std::string&;
    switch (fields_[f].type) {
      case Type::boolean:
        fill(+[](Words text, Arena&) -> uint8_t { return text == "1"; });
        break;
      case Type::integer:
        fill(+[](Words text, Arena&) -> int64_t { return std::stoll(text); });
        break;
      case Type::decimal:
        fill(+[](Words text, Arena&) { return record::Decimal{std::stoll(text), column_scale}; });
        break;
      case Type::date:
        fill(+[](Words text, Arena&) -> int32_t { return *record::parse_iso_date(text); });
        break;
      case Type::date_part:
        fill(+[](Words text, Arena&) { return date_part(text); });
        break;
      case Type::timestamp:
        fill(+[](Words text, Arena&) { return timestamp(text); });
        break;
      case Type::list: {
        auto* ends = arena.many<uint32_t>(rows());
        auto* items = arena.many<record::Text>(rows() * 4);
        uint32_t at = 0;
        for (uint32_t row = 0; row < rows(); ++row) {
          for (const auto& item : parts(cells_[row][f].text, '|'))
            items[at++] = arena.keep(std::string_view(item));
          ends[row] = at;
        }
        column.values = items;
        column.ends = ends;
        break;
      }
      default:
        fill(+[](Words text, Arena& in) { return in.keep(std::string_view(text)); });
        break;
    }
    out.push_back(column);
  }
  return out;
}

std::vector<std::string> Rows::sql(const std::string& table, const Dialect& dialect) const {
  auto type_of = [&](Type type) {
    if (type == Type::boolean) return dialect.is_sqlite() ? "integer" : "boolean";
    if (type == Type::integer || type == Type::decimal)
      return dialect.is_sqlite() ? "integer" : "bigint";
    return type == Type::list && !dialect.is_sqlite() ? "varchar[]" : "varchar";
  };
  auto value_of = [&](const Cell& cell, Type type) {
    if (cell.is_null) return std::string("null");
    if (type == Type::boolean) return dialect.boolean(cell.text == "1");
    if (type == Type::integer || type == Type::decimal) return dialect.integer(cell.text);
    return type == Type::list ? dialect.list_literal(parts(cell.text, '|')) : sql_text(cell.text);
  };
  std::string create = "create table " + table + "(id integer", values;
  for (const auto& field : fields_) create += ", " + field.name + ' ' + type_of(field.type);
  for (uint32_t row = 0; row < rows(); ++row) {
    values += (row ? ", (" : "(") + std::to_string(row);
    for (std::size_t f = 0; f < fields_.size(); ++f)
      values += ", " + value_of(cells_[row][f], fields_[f].type);
    values += ')';
  }
  std::vector<std::string> out = {"drop table if exists " + table, create + ")"};
  if (rows() > 0) out.push_back("insert into " + table + " values " + values);
  return out;
}

std::string Rows::shown(uint32_t row) const {
  std::string out;
  for (std::size_t f = 0; f < fields_.size(); ++f)
    out += fields_[f].name + '=' +
           (cells_[row][f].is_null ? "null" : '\'' + cells_[row][f].text + '\'') + ' ';
  return out;
}

std::string form_of(const record::Column& column, uint32_t row, int scale) {
  if (!column.values || !column.is_valid(row)) return "null";
  switch (column.type) {
    case Type::boolean:
      return column.at<uint8_t>(row) ? "1" : "0";
    case Type::decimal:
      return units_at(column.at<record::Decimal>(row), scale);
    case Type::timestamp:
      return timestamp_text(column.at<record::Timestamp>(row));
    case Type::date:
      return record::iso_date(column.at<int32_t>(row));
    case Type::date_part: {
      static constexpr std::size_t sizes[] = {4, 7, 10};
      const auto& part = column.at<record::DatePart>(row);
      return record::iso_date(part.days).substr(0, sizes[static_cast<int>(part.precision)]);
    }
    case Type::integer:
      return std::to_string(column.at<int64_t>(row));
    case Type::list: {
      std::string out;
      record::append_json_value(out, column, row);
      return out;
    }
    default:
      return std::string(column.text_at(row).view());
  }
}

}  // namespace homeroom::differ
