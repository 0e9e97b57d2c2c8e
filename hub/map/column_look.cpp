#include "hub/map/column_look.hpp"

#include <algorithm>

namespace homeroom::map {

namespace {

/// Formats of date(), the likelier of two that read the same first.
constexpr std::array<const char*, 11> date_formats = {
    "YYYY-MM-DD", "MM/DD/YYYY", "M/D/YYYY", "YYYY/MM/DD", "YYYYMMDD", "MM-DD-YYYY",
    "M-D-YYYY",   "DD.MM.YYYY", "D.M.YYYY", "DD/MM/YYYY", "D/M/YYYY"};
constexpr std::size_t most_values = 200;
constexpr uint64_t fewest_rows =
    3;  // of a text that nobody knows: fewer may be a slip that names somebody

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

/// Reads digits of the text: exactly `width`, or one or two where `width` is 1. -1 if there are
/// none.
int number(std::string_view text, std::size_t& at, std::size_t width) {
  auto begun = at;
  int value = 0;
  auto most = width == 1 ? 2 : width;
  while (at < text.size() && at - begun < most && is_digit(text[at]))
    value = value * 10 + (text[at++] - '0');
  return at - begun < width ? -1 : value;
}

bool reads(std::string_view format, std::string_view text) {
  std::size_t at = 0;
  int year = 0, month = 0, day = 0;
  for (std::size_t f = 0; f < format.size();) {
    char letter = format[f];
    auto end = f;
    while (end < format.size() && format[end] == letter) ++end;
    if (letter == 'Y')
      year = number(text, at, end - f);
    else if (letter == 'M')
      month = number(text, at, end - f);
    else if (letter == 'D')
      day = number(text, at, end - f);
    else if (at >= text.size() || text[at++] != letter)
      return false;
    f = end;
  }
  return at == text.size() && year >= 1900 && year <= 2100 && month >= 1 && month <= 12 &&
         day >= 1 && day <= 31;
}

bool is_timestamp_text(std::string_view text) {
  return text.size() >= 16 && reads("YYYY-MM-DD", text.substr(0, 10)) &&
         (text[10] == 'T' || text[10] == ' ') && is_digit(text[11]) && text[13] == ':';
}

bool are_digits(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() <= 18 && std::ranges::all_of(text, is_digit);
}

bool is_decimal_text(std::string_view text) {
  auto dot = text.find('.');
  if (dot == text.npos) return are_digits(text);
  auto fraction = text.substr(dot + 1);
  return are_digits(text.substr(0, dot)) && !fraction.empty() &&
         std::ranges::all_of(fraction, is_digit);
}

/// What nobody's name looks like: one letter or two, or a short word with a digit in it.
bool is_plainly_a_code(const std::string& text) {
  bool is_word =
      std::ranges::none_of(text, [](char letter) { return letter == ' ' || letter == '@'; });
  bool has_digit = std::ranges::any_of(text, is_digit);
  return is_word && (text.size() <= 2 || (has_digit && text.size() <= 4));
}

bool is_short(const std::string& text) {
  return text.size() <= 24 && std::ranges::count(text, ' ') <= 3;
}

}  // namespace

std::optional<bool> yes_or_no(std::string_view text) {
  std::string lower(text);
  for (auto& letter : lower)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter | 0x20);
  for (const char* word : {"true", "1", "y", "yes", "t"})
    if (lower == word) return true;
  for (const char* word : {"false", "0", "n", "no", "f"})
    if (lower == word) return false;
  return std::nullopt;
}

void ColumnLook::take(std::optional<std::string_view> value) {
  ++rows_;
  if (!value || value->empty()) return;
  ++filled_;
  for (std::size_t f = 0; f < formats; ++f) dates_[f] += reads(date_formats[f], *value);
  timestamps_ += is_timestamp_text(*value);
  integers_ += are_digits(*value);
  decimals_ += is_decimal_text(*value);
  if (has_many_) return;
  auto found = values_.find(*value);
  if (found != values_.end()) {
    ++found->second;
  } else if (values_.size() < most_values) {
    values_.emplace(*value, 1);
  } else {
    has_many_ = true;
    values_.clear();
  }
}

/// A few slips of the pen do not change what a column is.
bool ColumnLook::is_most(uint64_t count) const {
  return filled_ > 0 && count * 100 >= filled_ * 98;
}

std::string ColumnLook::date_format() const {
  for (std::size_t f = 0; f < formats; ++f)
    if (is_most(dates_[f])) return date_formats[f];
  return {};
}

bool ColumnLook::has_ambiguous_days() const {
  auto format = date_format();
  if (format.empty() || format[0] != 'M') return false;
  const char* turned = format[1] == 'M' ? "DD/MM/YYYY" : "D/M/YYYY";
  auto at = static_cast<std::size_t>(std::ranges::find(date_formats, std::string_view(turned)) -
                                     date_formats.begin());
  return dates_[at] == filled_;
}

bool ColumnLook::is_boolean() const {
  if (has_many_ || values_.empty() || values_.size() > 2) return false;
  return std::ranges::all_of(values_,
                             [](const auto& value) { return yes_or_no(value.first).has_value(); });
}

std::string ColumnLook::yes() const {
  if (is_boolean())
    for (const auto& [text, rows] : values_)
      if (*yes_or_no(text)) return text;
  return {};
}

bool ColumnLook::may_share_values(const ColumnLook& other) const {
  if (has_many_ || other.has_many_) return true;
  return std::ranges::any_of(
      values_, [&](const auto& value) { return other.values_.contains(value.first); });
}

std::vector<SeenCode> ColumnLook::codes(
    const std::function<bool(const std::string&)>& knows) const {
  uint64_t known = 0;
  for (const auto& [text, rows] : values_)
    if (knows(text)) known += rows;
  bool is_of_codes = known > 0 && known * 2 >= filled_;
  std::vector<SeenCode> out;
  for (const auto& [text, rows] : values_) {
    bool is_shown = knows(text) || (rows >= fewest_rows &&
                                    (is_of_codes ? is_short(text) : is_plainly_a_code(text)));
    if (is_shown) out.push_back({text, rows});
  }
  std::ranges::stable_sort(out, std::greater(), &SeenCode::rows);
  return out;
}

std::string ColumnLook::shape() const {
  if (filled_ == 0) return "always empty";
  if (auto format = date_format(); !format.empty()) return "date " + format;
  if (is_timestamp()) return "timestamp";
  if (is_boolean()) return "yes or no";
  auto kind = is_integer() ? "integers" : is_decimal() ? "decimals" : "texts";
  return has_many_ ? std::string("many ") + kind
                   : std::to_string(values_.size()) + " different " + kind;
}

}  // namespace homeroom::map
