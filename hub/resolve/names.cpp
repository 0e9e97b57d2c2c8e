#include "hub/resolve/names.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include <utf8proc.h>

namespace homeroom::resolve {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

void blank(std::string& out) {
  if (!out.empty() && out.back() != ' ') out += ' ';
}

void end_blanks(std::string& out) {
  while (!out.empty() && out.back() == ' ') out.pop_back();
}

// Letters that have no decomposition of their own.
constexpr std::pair<utf8proc_int32_t, std::string_view> spelled_out[] = {
    {0x00E6, "ae"}, {0x0153, "oe"}, {0x00F8, "o"}, {0x0142, "l"}, {0x0111, "d"},
    {0x00F0, "d"},  {0x00FE, "th"}, {0x0131, "i"}, {0x00DF, "ss"}};

bool joins_letters(utf8proc_int32_t point) {
  return point == '\'' || point == '`' || point == 0x2019 || point == 0x2018 || point == 0x02BC ||
         point == 0x00B4;
}

void append_letter(std::string& out, utf8proc_int32_t point) {
  for (const auto& [from, to] : spelled_out)
    if (from == point) {
      out += to;
      return;
    }
  std::array<utf8proc_uint8_t, 4> bytes{};
  auto size = utf8proc_encode_char(point, bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

bool is_any_letter(utf8proc_int32_t point) {
  auto category = utf8proc_category(point);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

std::string fold_unicode(std::string_view text) {
  utf8proc_uint8_t* folded = nullptr;
  auto options = static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                                UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
  auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                           static_cast<utf8proc_ssize_t>(text.size()), &folded, options);
  std::string out;
  if (size < 0) {
    for (char c : text)
      if (is_letter(c)) out += lower(c);
    return out;
  }
  for (utf8proc_ssize_t at = 0; at < size;) {
    utf8proc_int32_t point = 0;
    at += utf8proc_iterate(folded + at, size - at, &point);
    if (is_any_letter(point) && !joins_letters(point))
      append_letter(out, point);
    else if (!joins_letters(point))
      blank(out);
  }
  std::free(folded);
  end_blanks(out);
  return out;
}

}  // namespace

std::string normal_name(std::string_view text) {
  bool is_ascii = std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; });
  if (!is_ascii) return fold_unicode(text);
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (is_letter(c))
      out += lower(c);
    else if (c != '\'' && c != '`')
      blank(out);
  }
  end_blanks(out);
  return out;
}

std::string_view without_suffix(std::string_view normal_last) {
  auto gap = normal_last.rfind(' ');
  if (gap == std::string_view::npos) return normal_last;
  constexpr std::string_view suffixes[] = {"jr", "sr", "ii", "iii", "iv", "junior", "senior"};
  bool is_suffix = std::ranges::find(suffixes, normal_last.substr(gap + 1)) != std::end(suffixes);
  return is_suffix ? normal_last.substr(0, gap) : normal_last;
}

std::vector<std::string_view> family_parts(std::string_view normal_last) {
  constexpr std::string_view particles[] = {"de",  "la", "del", "las", "los", "da",  "das",  "do",
                                            "dos", "di", "du",  "van", "von", "der", "den",  "ter",
                                            "el",  "al", "bin", "y",   "e",   "st",  "saint"};
  std::vector<std::string_view> parts;
  parts.reserve(4);
  for (std::string_view rest = normal_last; !rest.empty();) {
    auto gap = rest.find(' ');
    auto part = rest.substr(0, gap);
    rest = gap == std::string_view::npos ? std::string_view{} : rest.substr(gap + 1);
    if (std::ranges::find(particles, part) == std::end(particles)) parts.push_back(part);
  }
  if (parts.empty() && !normal_last.empty()) parts.push_back(normal_last);
  return parts;
}

std::string normal_postal(std::string_view text) {
  std::string out;
  for (char c : text.substr(0, text.find('-')))
    if (is_letter(c) || is_digit(c)) out += upper(c);
  bool is_plus_four = out.size() == 9 && std::ranges::all_of(out, is_digit);
  return is_plus_four ? out.substr(0, 5) : out;
}

}  // namespace homeroom::resolve
