// SchoolDays: the days on which a district teaches, out of its calendar file: a table with the
// columns date and kind, one line a day and school. What else stands in it is for others.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>

namespace homeroom::jobs {

class SchoolDays {
 public:
  /// Reads the file. A day is a school day when one school has it as `instructional` or `make-up`.
  /// Throws fix_settings with file, line and column for a kind the model does not have and for what
  /// is no date.
  explicit SchoolDays(const std::filesystem::path& file);

  bool is_one(int32_t day) const { return days_.contains(day); }
  /// The last day the file says anything of; after it nobody knows yet.
  int32_t last() const { return last_; }
  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
  std::set<int32_t> days_;
  int32_t last_ = INT32_MIN;
};

}  // namespace homeroom::jobs
