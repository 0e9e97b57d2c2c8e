// Subject: the plugin under trial, the settings it is tried with, and what its author says of them
// because nobody else can know.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "homeroom/error.hpp"
#include "hub/plugin/catalogue.hpp"
#include "hub/settings/flat.hpp"

namespace homeroom::conformance {

/// Settings that lead to an error, and which one it must be.
struct ErrorCase {
  settings::Flat with;               ///< instead of, or beside, those of the sample
  std::vector<std::string> without;  ///< of the sample
  std::string when;                  ///< open, check, discover, read or write
  Next next = Next::fail;
};

/// The file conformance.yaml beside the settings; every part may be missing.
struct Hints {
  std::optional<settings::Flat> empty;  ///< settings under which each stream has no record
  std::vector<ErrorCase> errors;
  std::string refuses;                      ///< the id of a person whose share is refused
  std::map<std::string, std::string> skip;  ///< "area.check" and why it cannot be tried
};

struct Subject {
  plugin::Found found;
  std::filesystem::path folder;  ///< of the settings file; its content is copied for each check
  settings::Flat settings;
  Hints hints;
};

/// Reads `settings` (empty: NAME.sample/settings.yaml beside the library) and conformance.yaml
/// beside it. Throws fix_settings, naming the file, for what is missing there or makes no sense,
/// and for a folder of more than 64 MiB or 10,000 files: the sample is copied for each check.
Subject read_subject(const plugin::Found& found, const std::filesystem::path& settings = {});

}  // namespace homeroom::conformance
