// Bench: a copy of the sample in a folder of its own, and plugins opened on it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "hub/conformance/report.hpp"
#include "hub/conformance/subject.hpp"
#include "hub/plugin/plugin.hpp"
#include "hub/world/files.hpp"

namespace homeroom::conformance {

/// Thrown by a check: the promise is broken, as `why` says.
struct Failed {
  std::string why;
};
/// Thrown by a check: it cannot be tried here, as `why` says.
struct Skipped {
  std::string why;
};

/// An instance with a log and a wish to stop of its own.
class Opened {
 public:
  Opened(const plugin::Found& found, const plugin::CheckedSettings& settings, Carrier carrier);
  plugin::Instance* operator->() const { return instance_.get(); }
  plugin::Instance& operator*() const { return *instance_; }
  void ask_to_stop() { cancel_.ask(); }
  /// All lines it has logged.
  std::string logged() const { return lines_.str(); }

 private:
  std::ostringstream lines_;
  world::SystemClock clock_;
  world::Log log_;
  world::Cancel cancel_;
  std::unique_ptr<plugin::Instance> instance_;
};

class Bench {
 public:
  Bench(const Subject& subject, Carrier carrier);

  const Subject& subject() const { return subject_; }
  const plugin::Manifest& manifest() const { return subject_.found.manifest; }
  Carrier carrier() const { return carrier_; }
  /// The copy of the sample's folder.
  const std::filesystem::path& folder() const { return folder_; }
  /// The sample's settings with changes; throws as plugin::check_settings does.
  plugin::CheckedSettings settings(const settings::Flat& with = {},
                                   const std::vector<std::string>& without = {}) const;
  std::unique_ptr<Opened> open(const settings::Flat& with = {}) const;
  std::unique_ptr<Opened> open_with(const plugin::CheckedSettings& settings) const;

  /// Streams can be asked for; throws Skipped where the manifest has no contract for it.
  void needs_discover() const;
  /// The streams that are there; throws Skipped when there is none.
  std::vector<plugin::StreamInfo> streams() const;
  /// The file of the copy that a batch calls `place`, or where it calls it nothing the one file
  /// that a setting names; throws Skipped when there is no such one.
  std::filesystem::path file_of(const std::string& place) const;
  /// What stands in the copy now, by path and digest: what a destination of files has made visible.
  std::map<std::string, std::string> visible() const;
  /// A destination's work can be seen here when its manifest declares folders.
  void needs_folders() const;

 private:
  const Subject& subject_;
  Carrier carrier_;
  world::ScratchFolder scratch_;
  std::filesystem::path folder_;
};

/// What stands in a file of the copy, at most 1 GiB.
std::string bytes_of(const std::filesystem::path& file);
void overwrite(const std::filesystem::path& file, std::string_view bytes);

/// The error `work` throws, if it throws one.
template <class Work>
std::optional<Error> error_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

/// Throws Skipped where a sanitizer watches this build: it counts memory its own way.
void needs_own_memory();

/// "retry", "sign_in", "settings", "data", "unsupported", "stopped" or "bug".
std::string word_of(Next next);

/// Throws Failed(why) unless `holds`.
inline void expect(bool holds, const std::string& why) {
  if (!holds) throw Failed{why};
}

}  // namespace homeroom::conformance
