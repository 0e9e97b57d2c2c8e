#include "hub/resolve/values.hpp"

#include <algorithm>

#include "hub/record/date.hpp"

namespace homeroom::resolve {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_sign(char c) {
  return is_digit(c) || is_letter(c) || (c & 0x80);
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

bool is_one_sign(std::string_view text) {
  return text.find_first_not_of(text.substr(0, 1)) == std::string_view::npos;
}

std::string_view short_word(std::string_view word) {
  struct Shorter {
    std::string_view from, to;
  };
  constexpr Shorter table[] = {
      {"street", "st"},      {"avenue", "ave"},   {"av", "ave"},        {"drive", "dr"},
      {"lane", "ln"},        {"road", "rd"},      {"court", "ct"},      {"place", "pl"},
      {"boulevard", "blvd"}, {"circuit", "cct"},  {"crescent", "cres"}, {"circle", "cir"},
      {"terrace", "ter"},    {"parkway", "pkwy"}, {"highway", "hwy"},   {"square", "sq"},
      {"north", "n"},        {"south", "s"},      {"east", "e"},        {"west", "w"}};
  for (const auto& [from, to] : table)
    if (word == from) return to;
  return word;
}

bool is_unit_word(std::string_view word) {
  constexpr std::string_view words[] = {"apt", "apartment", "unit", "ste", "suite",
                                        "lot", "trlr",      "flat", "rm",  "room"};
  return std::ranges::find(words, word) != std::end(words);
}

/// Calls `take` with each word of letters and digits, in small letters; "#" is a word of its own.
template <class Take>
void each_word(std::string_view text, Take take) {
  char word[64];
  std::size_t size = 0;
  auto finish = [&] {
    if (size) take(std::string_view(word, size));
    size = 0;
  };
  for (char c : text) {
    if (is_sign(c)) {
      if (size < sizeof word) word[size++] = lower(c);
    } else if (c == '#') {
      finish();
      take(std::string_view("#"));
    } else if (c != '\'' && c != '.') {
      finish();
    }
  }
  finish();
}

void append_word(std::string& to, std::string_view word) {
  if (!to.empty()) to += ' ';
  to += word;
}

}  // namespace

void read_address(std::string_view line, AddressParts& into) {
  into.number.clear();
  into.street.clear();
  into.unit.clear();
  bool is_unit = false;
  each_word(line, [&](std::string_view word) {
    if (is_unit) {
      if (word != "#") append_word(into.unit, word);
    } else if (word == "#" || (is_unit_word(word) && !into.street.empty())) {
      is_unit = true;
    } else if (into.number.empty() && into.street.empty() && is_digit(word[0])) {
      into.number = word;
    } else {
      append_word(into.street, short_word(word));
    }
  });
}

std::string normal_birth_date(std::string_view text) {
  std::string digits;
  auto is_all = [](std::string_view part) { return std::ranges::all_of(part, is_digit); };
  if (text.size() > 10 && (text[10] == 'T' || text[10] == ' ')) text = text.substr(0, 10);
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    digits.append(text.substr(0, 4)).append(text.substr(5, 2)).append(text.substr(8, 2));
  } else if (text.size() == 8) {
    digits = text;
  }
  return is_all(digits) ? digits : std::string();
}

bool is_possible_date(std::string_view normal) {
  std::string iso(normal.substr(0, 4));
  iso.append("-").append(normal.substr(4, 2)).append("-").append(normal.substr(6, 2));
  return record::parse_iso_date(iso).has_value();
}

std::string normal_telephone(std::string_view text) {
  std::string digits;
  for (char c : text)
    if (is_digit(c)) digits += c;
  if (digits.size() < 7 || is_one_sign(digits)) return {};
  return digits.size() > 10 ? digits.substr(digits.size() - 10) : digits;
}

std::string normal_email(std::string_view text) {
  std::string out;
  for (char c : text)
    if (c != ' ') out += lower(c);
  auto at = out.find('@');
  bool is_whole = at != std::string::npos && at > 0 && at + 1 < out.size();
  return is_whole ? out : std::string();
}

std::string normal_identifier(std::string_view text) {
  std::string out;
  for (char c : text)
    if (is_sign(c)) out += upper(c);
  return out.size() > 1 && is_one_sign(out) ? std::string() : out;
}

std::string normal_sex(std::string_view text) {
  auto word = normal_words(text);
  if (word == "m" || word == "male" || word == "boy") return "M";
  if (word == "f" || word == "female" || word == "girl") return "F";
  return word == "x" || word == "nonbinary" ? "X" : "";
}

std::string normal_words(std::string_view text) {
  std::string out;
  each_word(text, [&](std::string_view word) {
    if (word != "#") append_word(out, short_word(word));
  });
  return out;
}

}  // namespace homeroom::resolve
