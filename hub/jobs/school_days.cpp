#include "hub/jobs/school_days.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <vector>

#include "homeroom/error.hpp"
#include "hub/record/cells.hpp"
#include "hub/record/date.hpp"
#include "hub/world/world.hpp"

namespace homeroom::jobs {

namespace {

constexpr uint64_t most_bytes = 10 << 20;

/// The kinds of calendarDay.kind of the model.
constexpr std::array<std::string_view, 5> kinds = {"instructional", "make-up", "holiday",
                                                   "teacher-only", "weather"};

class Table {
 public:
  explicit Table(const std::filesystem::path& file)
      : file_(file), lines_(world::read_whole(file, most_bytes)) {
    if (!next()) refuse("expected a first line with date and kind");
    date_ = column("date");
    kind_ = column("kind");
    width_ = cells_.size();
  }

  bool next() {
    std::string line;
    while (std::getline(lines_, line)) {
      ++line_;
      if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
      if (line.empty() || line == "\r" || line[0] == '#') continue;
      if (!record::read_cells(line, cells_)) refuse("a quote is not closed");
      if (width_ && cells_.size() != width_)
        refuse("expected " + std::to_string(width_) + " cells, found " +
               std::to_string(cells_.size()));
      return true;
    }
    return false;
  }

  int32_t date() const {
    if (auto day = record::parse_iso_date(cells_[date_])) return *day;
    refuse("date: expected a date YYYY-MM-DD");
  }

  bool is_taught() const {
    auto kind = std::ranges::find(kinds, cells_[kind_]);
    if (kind == kinds.end())
      refuse("kind: expected instructional, make-up, holiday, teacher-only or weather");
    return kind - kinds.begin() < 2;
  }

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(Next::fix_settings, file_.string() + ':' + std::to_string(line_) + ": " + what);
  }

 private:
  std::size_t column(const char* name) const {
    auto at = std::ranges::find(cells_, name);
    if (at == cells_.end()) refuse(std::string("no column ") + name);
    return static_cast<std::size_t>(at - cells_.begin());
  }

  const std::filesystem::path& file_;
  std::istringstream lines_;
  std::vector<std::string> cells_;
  std::size_t line_ = 0, width_ = 0, date_ = 0, kind_ = 0;
};

}  // namespace

SchoolDays::SchoolDays(const std::filesystem::path& file) : file_(file) {
  Table table(file);
  while (table.next()) {
    auto day = table.date();
    last_ = std::max(last_, day);
    if (table.is_taught()) days_.insert(day);
  }
  if (days_.empty()) table.refuse("no day is instructional");
}

}  // namespace homeroom::jobs
