#include "hub/express/formats.hpp"

namespace homeroom::express {

namespace {

constexpr std::string_view month_names = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char capital(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

/// 1 to 12 by the first three letters of an English month, in any case; 0 if it is none.
uint32_t month_named(std::string_view letters) {
  for (uint32_t month = 0; month < 12; ++month) {
    bool is_same = true;
    for (size_t i = 0; i < 3; ++i) is_same &= capital(letters[i]) == month_names[month * 3 + i];
    if (is_same) return month + 1;
  }
  return 0;
}

void write_number(uint32_t number, uint8_t least, std::string& out) {
  auto digits = std::to_string(number);
  if (digits.size() < least) out.append(least - digits.size(), '0');
  out += digits;
}

}  // namespace

/// Where reading stands.
struct Format::Cursor {
  const char* at;
  const char* end;
  Moment& out;
  uint32_t half = 0;  ///< 1 for AM, 2 for PM

  bool number(const Piece& piece, uint32_t& value) {
    uint8_t digits = 0;
    for (value = 0; digits < piece.most && at < end && is_digit(*at); ++digits, ++at)
      value = value * 10 + static_cast<uint32_t>(*at - '0');
    return digits >= piece.least;
  }
};

Format::Format(const std::string& text, std::optional<int64_t> first_year) {
  struct Word {
    std::string_view letters;
    Piece piece;
  };
  static const Word words[] = {{"YYYY", {Part::year, 4, 4}},
                               {"YY", {Part::year, 2, 2, 0, false, true}},
                               {"MON", {Part::month, 3, 3, 0, true}},
                               {"MM", {Part::month, 2, 2}},
                               {"M", {Part::month, 1, 2}},
                               {"DD", {Part::day, 2, 2}},
                               {"D", {Part::day, 1, 2}},
                               {"hh", {Part::hour, 2, 2}},
                               {"h", {Part::hour, 1, 2}},
                               {"mm", {Part::minute, 2, 2}},
                               {"ss", {Part::second, 2, 2}},
                               {"AM", {Part::half, 2, 2}}};
  std::string_view rest = text;
  while (!rest.empty()) {
    const Word* found = nullptr;
    for (const auto& word : words)
      if (!found && rest.starts_with(word.letters)) found = &word;
    if (!found && std::string_view("-/.:, T").find(rest[0]) == std::string_view::npos)
      throw std::string(
          "a format has YYYY, YY, MM, M, MON, DD, D, hh, h, mm, ss, AM and signs between "
          "them, like 'MM/DD/YYYY'");
    add(found ? found->piece : Piece{Part::separator, 1, 1, rest[0]});
    rest.remove_prefix(found ? found->letters.size() : 1);
  }
  settle(text, first_year);
}

void Format::add(const Piece& piece) {
  bool is_number = piece.part != Part::separator && piece.part != Part::half && !piece.is_name;
  if (is_number && !pieces_.empty() && pieces_.back().least != pieces_.back().most)
    throw std::string("after M, D or h comes a sign, else its end is not known");
  auto& has = has_[static_cast<size_t>(piece.part)];
  if (has && piece.part != Part::separator)
    throw std::string("each part stands once in a format, like 'MM/DD/YYYY'");
  has = true;
  is_short_ |= piece.is_short;
  pieces_.push_back(piece);
}

void Format::settle(const std::string& text, std::optional<int64_t> first_year) {
  if (is_short_ && !first_year)
    throw "for YY say the first of its hundred years: date(x, 1950, '" + text + "')";
  if (first_year) first_year_ = static_cast<uint32_t>(*first_year);
  auto has = [&](Part part) { return has_[static_cast<size_t>(part)]; };
  bool is_time = has(Part::minute) || has(Part::second) || has(Part::half);
  if ((is_time && !has(Part::hour)) || (has(Part::second) && !has(Part::minute)))
    throw std::string("a time begins with its hours: 'hh:mm:ss'");
  if (has(Part::day) && !has(Part::month)) throw std::string("a day needs its month");
}

bool Format::read_piece(const Piece& piece, Cursor& cursor) const {
  if (piece.part == Part::separator)
    return cursor.at < cursor.end && *cursor.at++ == piece.separator;
  bool is_word = piece.is_name || piece.part == Part::half;
  if (is_word) {
    if (cursor.end - cursor.at < piece.least) return false;
    std::string_view word(cursor.at, piece.least);
    cursor.at += piece.least;
    if (piece.is_name) return (cursor.out.month = month_named(word)) != 0;
    cursor.half = capital(word[0]) == 'A' ? 1 : capital(word[0]) == 'P' ? 2 : 0;
    return cursor.half != 0 && capital(word[1]) == 'M';
  }
  uint32_t value;
  if (!cursor.number(piece, value)) return false;
  switch (piece.part) {
    case Part::year:
      cursor.out.year =
          piece.is_short ? first_year_ + (value + 100 - first_year_ % 100) % 100 : value;
      return true;
    case Part::month:
      cursor.out.month = value;
      return true;
    case Part::day:
      cursor.out.day = value;
      return true;
    case Part::hour:
      cursor.out.hour = value;
      return value < 24;
    case Part::minute:
      cursor.out.minute = value;
      return value < 60;
    default:
      cursor.out.second = value;
      return value < 60;
  }
}

bool Format::read(std::string_view text, Moment& out) const {
  Cursor cursor{text.data(), text.data() + text.size(), out};
  for (const auto& piece : pieces_)
    if (!read_piece(piece, cursor)) return false;
  if (cursor.at != cursor.end) return false;
  if (cursor.half == 0) return true;
  bool is_clock = out.hour >= 1 && out.hour <= 12;  // 12 AM is midnight, 12 PM noon
  out.hour = out.hour % 12 + (cursor.half == 2 ? 12 : 0);
  return is_clock;
}

void Format::write(const Moment& moment, std::string& out) const {
  bool has_half = has_[static_cast<size_t>(Part::half)];
  for (const auto& piece : pieces_) switch (piece.part) {
      case Part::separator:
        out += piece.separator;
        break;
      case Part::year:
        write_number(piece.is_short ? moment.year % 100 : moment.year, piece.least, out);
        break;
      case Part::month:
        if (piece.is_name)
          out += month_names.substr((moment.month - 1) * 3, 3);
        else
          write_number(moment.month, piece.least, out);
        break;
      case Part::day:
        write_number(moment.day, piece.least, out);
        break;
      case Part::hour:
        write_number(has_half ? (moment.hour + 11) % 12 + 1 : moment.hour, piece.least, out);
        break;
      case Part::minute:
        write_number(moment.minute, piece.least, out);
        break;
      case Part::second:
        write_number(moment.second, piece.least, out);
        break;
      default:
        out += moment.hour < 12 ? "AM" : "PM";
    }
}

}  // namespace homeroom::express
