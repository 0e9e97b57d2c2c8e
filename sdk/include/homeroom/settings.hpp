// homeroom/settings.hpp - the flat settings of one plugin instance, typed where they are read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "homeroom/plugin.h"

namespace homeroom {

/// Settings as the hub hands them over: checked against the manifest, paths absolute, secrets
/// resolved, nested ones flat ("files.attendance.path"), lists numbered ("paths.0").
/// Every error is Next::fix_settings and names the setting, never its value.
class Settings {
 public:
  Settings() = default;
  /// Of keys and texts from elsewhere.
  explicit Settings(std::map<std::string, std::string, std::less<>> values);
  /// As they come in hr_plugin::open; they are copied.
  Settings(const hr_setting* settings, size_t count);

  /// Is there such a setting, be it empty?
  bool has(std::string_view key) const;
  /// The text; throws if the setting is missing or empty.
  std::string text(std::string_view key) const;
  /// The same, or this where it is missing.
  std::string text_or(std::string_view key, std::string_view otherwise) const;
  /// The text, or nothing where it is missing.
  std::optional<std::string> optional(std::string_view key) const;
  /// A whole number; throws if it is missing or is not one.
  int64_t integer(std::string_view key) const;
  /// The same, or this where it is missing.
  int64_t integer_or(std::string_view key, int64_t otherwise) const;
  /// `true` or `false`; throws if it is missing or neither.
  bool boolean(std::string_view key) const;
  /// The same, or this where it is missing.
  bool boolean_or(std::string_view key, bool otherwise) const;
  /// KEY.0, KEY.1, ... in order; a plain KEY is a list of one; missing is an empty list.
  std::vector<std::string> list(std::string_view key) const;
  /// The first parts of what stands below KEY: `files.a.path` and `files.b` give `a`, `b`, sorted.
  std::vector<std::string> names_below(std::string_view key) const;
  /// What stands below KEY, without that prefix.
  Settings below(std::string_view key) const;

 private:
  std::string from_;  // prefix that messages show, with its dot
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace homeroom
