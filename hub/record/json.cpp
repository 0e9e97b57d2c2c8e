#include "hub/record/json.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "hub/record/date.hpp"
#include "hub/record/json_string.hpp"

namespace homeroom::record {

namespace {

constexpr std::array<bool, 256> make_plain() {
  std::array<bool, 256> plain{};
  for (int c = 0; c < 256; ++c) plain[static_cast<size_t>(c)] = c >= 0x20 && c != '"' && c != '\\';
  return plain;
}
constexpr auto plain = make_plain();

void append_escaped(std::string& out, unsigned char letter) {
  char escape[8];
  out.append(escape, write_escape(escape, letter));
}

template <class Number>
void append_number(std::string& out, Number value) {
  char digits[40];
  auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

void append_decimal(std::string& out, Decimal value) {
  bool negative = value.units < 0;
  auto units = negative ? -static_cast<unsigned __int128>(value.units)
                        : static_cast<unsigned __int128>(value.units);
  int32_t scale = value.scale;
  while (scale > 0 && units % 10 == 0) {
    units /= 10;
    --scale;
  }
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(units % 10)));
    units /= 10;
  } while (units != 0);
  while (static_cast<int32_t>(digits.size()) <= scale) digits.insert(digits.begin(), '0');
  if (scale > 0) digits.insert(digits.end() - scale, '.');
  if (negative) out += '-';
  out += digits;
}

void append_date_part(std::string& out, DatePart value) {
  auto text = iso_date(value.days);
  auto letters = value.precision == Precision::year    ? 4u
                 : value.precision == Precision::month ? 7u
                                                       : 10u;
  out += '"';
  out.append(text, 0, letters);
  out += '"';
}

void append_timestamp(std::string& out, Timestamp value) {
  int64_t local = value.utc_us + (value.has_offset ? value.offset_minutes * 60'000'000LL : 0);
  int64_t day = local / 86'400'000'000LL - (local % 86'400'000'000LL < 0 ? 1 : 0);
  int64_t rest = local - day * 86'400'000'000LL;
  auto seconds = static_cast<int>(rest / 1'000'000);
  char clock[40];
  std::snprintf(clock, sizeof clock, "T%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60,
                seconds % 60);
  out += '"';
  out += iso_date(static_cast<int32_t>(day));
  out += clock;
  if (auto micros = static_cast<int>(rest % 1'000'000)) {
    std::snprintf(clock, sizeof clock, ".%06d", micros);
    out += clock;
  }
  if (value.has_offset && value.offset_minutes == 0) out += 'Z';
  if (value.has_offset && value.offset_minutes != 0) {
    int minutes = value.offset_minutes < 0 ? -value.offset_minutes : value.offset_minutes;
    std::snprintf(clock, sizeof clock, "%c%02d:%02d", value.offset_minutes < 0 ? '-' : '+',
                  minutes / 60, minutes % 60);
    out += clock;
  }
  out += '"';
}

void append_code_point(std::string& out, unsigned point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

}  // namespace

namespace {

/// Whether one of eight letters needs an escape: below a blank, a quote or a backslash.
bool has_special(uint64_t letters) {
  static constexpr uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
  auto has_zero = [](uint64_t bytes) { return (bytes - ones) & ~bytes & tops; };
  auto below_blank = (letters - ones * 0x20) & ~letters & tops;
  return below_blank | has_zero(letters ^ ones * '"') | has_zero(letters ^ ones * '\\');
}

bool is_all_plain(std::string_view text) {
  std::size_t i = 0;
  for (uint64_t letters; i + sizeof letters <= text.size(); i += sizeof letters) {
    std::memcpy(&letters, text.data() + i, sizeof letters);
    if (has_special(letters)) return false;
  }
  for (; i < text.size(); ++i)
    if (!plain[static_cast<unsigned char>(text[i])]) return false;
  return true;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  if (is_all_plain(text)) {
    auto size = out.size();
    out.resize(size + text.size() + 2);
    char* at = out.data() + size;
    *at = '"';
    if (!text.empty()) std::memcpy(at + 1, text.data(), text.size());
    at[text.size() + 1] = '"';
    return;
  }
  out += '"';
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto letter = static_cast<unsigned char>(text[i]);
    if (plain[letter]) continue;
    out.append(text, from, i - from);
    append_escaped(out, letter);
    from = i + 1;
  }
  out.append(text, from, text.size() - from);
  out += '"';
}

void append_json_value(std::string& out, const Column& column, uint32_t row) {
  switch (column.type) {
    case Type::text:
      append_json_string(out, column.text_at(row).view());
      return;
    case Type::json:
      out.append(column.text_at(row).view());
      return;
    case Type::boolean:
      out += column.at<uint8_t>(row) ? "true" : "false";
      return;
    case Type::integer:
      append_number(out, column.at<int64_t>(row));
      return;
    case Type::real:
      append_number(out, column.at<double>(row));
      return;
    case Type::decimal:
      append_decimal(out, column.at<Decimal>(row));
      return;
    case Type::date_part:
      append_date_part(out, column.at<DatePart>(row));
      return;
    case Type::timestamp:
      append_timestamp(out, column.at<Timestamp>(row));
      return;
    case Type::date: {
      char text[12];
      text[0] = text[11] = '"';
      write_iso_date(column.at<int32_t>(row), text + 1);
      out.append(text, 12);
      return;
    }
    case Type::list: {
      out += '[';
      uint32_t first = row ? column.ends[row - 1] : 0;
      for (uint32_t i = first; i < column.ends[row]; ++i) {
        if (i != first) out += ',';
        append_json_string(out, static_cast<const Text*>(column.values)[i].view());
      }
      out += ']';
      return;
    }
  }
}

std::string text_of_json(std::string_view json) {
  if (json.size() < 2 || json.front() != '"') return std::string(json);
  json = json.substr(1, json.size() - 2);
  std::string text;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] != '\\') {
      text += json[i];
      continue;
    }
    switch (json[++i]) {
      case 'b':
        text += '\b';
        break;
      case 'f':
        text += '\f';
        break;
      case 'n':
        text += '\n';
        break;
      case 'r':
        text += '\r';
        break;
      case 't':
        text += '\t';
        break;
      case 'u': {
        unsigned point = 0;
        std::from_chars(json.data() + i + 1, json.data() + i + 5, point, 16);
        append_code_point(text, point);
        i += 4;
        break;
      }
      default:
        text += json[i];
    }
  }
  return text;
}

}  // namespace homeroom::record
