// The files of one day and what is about to be written to them.
#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace homeroom::synth {

/// Every file of a day; those up to `demographics` have OneRoster's status columns.
enum class File : std::size_t {
  orgs,
  sessions,
  courses,
  classes,
  users,
  enrollments,
  demographics,
  student_ext,
  attendance,
  discipline,
  spans,
  caseloads,
  patients,
  immunizations,
  conditions,
  allergies,
  hmis_export,
  organizations,
  projects,
  clients,
  stays,
  exits,
  services,
  referrals,
  consents,
  count
};
inline constexpr std::size_t file_count = static_cast<std::size_t>(File::count);

std::string_view path_of(File file);
std::string_view header_of(File file);  ///< empty for ndjson
constexpr bool is_oneroster(File file) {
  return file <= File::demographics;
}

/// Rows of some people for every file, not yet written.
struct Rows {
  std::array<std::string, file_count> texts;
  std::string& operator[](File file) { return texts[static_cast<std::size_t>(file)]; }
  const std::string& operator[](File file) const { return texts[static_cast<std::size_t>(file)]; }
  void clear() {
    for (auto& text : texts) text.clear();
  }
};

/// One file that is made when the first bytes are written, or at once if it must be there.
class OutFile {
 public:
  void open(const std::filesystem::path& path, std::string_view header, bool at_once);
  void add(std::string_view text);
  void close();  ///< throws if anything could not be written
  bool is_there() const { return out_.is_open(); }

 private:
  void start();
  std::filesystem::path path_;
  std::string header_, waiting_;
  std::ofstream out_;
};

/// A folder of all files.
class DayFiles {
 public:
  /// With `only_differences` a file without rows is not made.
  DayFiles(const std::filesystem::path& folder, bool only_differences);
  void add(const Rows& rows);
  bool has(File file) const { return files_[static_cast<std::size_t>(file)].is_there(); }
  void start(File file) { files_[static_cast<std::size_t>(file)].add(""); }
  void close();

 private:
  std::filesystem::path folder_;
  bool only_differences_;
  std::array<OutFile, file_count> files_;
};

/// One CSV field, quoted if it must be.
std::string csv(std::string_view text);

}  // namespace homeroom::synth
