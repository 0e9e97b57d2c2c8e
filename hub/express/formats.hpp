// Formats: dates and times as people write them, 'MM/DD/YYYY' or 'D-MON-YY hh:mm AM', read and
// written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/column.hpp"

namespace homeroom::express {

/// What was read; a part that the format does not have keeps what stands here.
struct Moment {
  uint32_t year = 0, month = 1, day = 1;
  uint32_t hour = 0, minute = 0, second = 0;
};

class Format {
 public:
  /// YYYY, YY, MM, M, MON, DD, D, hh, h, mm, ss, AM, and - / . : , T or space between them. YY
  /// needs the first of the hundred years it may mean. Throws std::string with what is wrong.
  Format(const std::string& text, std::optional<int64_t> first_year);

  bool has_month() const { return has_[static_cast<size_t>(Part::month)]; }
  bool has_day() const { return has_[static_cast<size_t>(Part::day)]; }
  bool has_year() const { return has_[static_cast<size_t>(Part::year)]; }
  bool has_time() const { return has_[static_cast<size_t>(Part::hour)]; }

  /// False when the text is not of this format. Days and months are not checked against the
  /// calendar.
  bool read(std::string_view text, Moment& out) const;
  void write(const Moment& moment, std::string& out) const;

 private:
  enum class Part : uint8_t { separator, year, month, day, hour, minute, second, half, count };
  struct Piece {
    Part part = Part::separator;
    uint8_t least = 1;  ///< digits
    uint8_t most = 1;
    char separator = 0;
    bool is_name = false;   ///< MON
    bool is_short = false;  ///< YY
  };
  struct Cursor;

  void add(const Piece& piece);
  bool read_piece(const Piece& piece, Cursor& cursor) const;
  void settle(const std::string& text, std::optional<int64_t> first_year);

  std::vector<Piece> pieces_;
  bool has_[static_cast<size_t>(Part::count)] = {};
  bool is_short_ = false;
  uint32_t first_year_ = 0;
};

}  // namespace homeroom::express
