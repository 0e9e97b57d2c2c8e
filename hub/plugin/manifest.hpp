// Manifest: what a plugin says about itself, read from NAME.manifest.yaml before any of its code is
// mapped. Unknown keys, aliases and oversized files are refused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace homeroom::plugin {

enum class SettingType { text, integer, number, boolean, path, url, choice, list, map };

/// One setting a plugin understands. A list or map has texts below its name ("paths.0",
/// "files.Patient"); a name may itself hold '*' for one part ("files.*.path").
struct SettingRule {
  std::string name;
  SettingType type = SettingType::text;
  std::string fallback;  ///< used where has_fallback
  bool has_fallback = false;
  bool required = false;
  bool secret = false;
  bool signs_in = false;  ///< a secret the hub's HTTP alone uses; the plugin is handed its name
  std::vector<std::string> choices;
  std::string says;  ///< one sentence for people
};

/// A stream the plugin always offers; others it tells on discovery.
struct StreamRule {
  std::string name;
  std::vector<std::string> key;
  std::string subject;
  std::string space;
  bool is_reference = false;
  std::string gone;  ///< never, absent or marked
  std::vector<std::string> columns;
  std::string says;
};

struct Permissions {
  std::vector<std::string> hosts;    ///< or names of settings holding a URL, as "setting:url"
  std::vector<std::string> folders;  ///< likewise "setting:folder"
};

struct Manifest {
  std::string name;
  std::string version;
  std::string publisher;
  std::string says;
  uint32_t abi_from = 0;   ///< least HR_ABI of the hub, major << 16 | minor
  uint32_t abi_below = 0;  ///< first HR_ABI it does not serve
  std::vector<std::string> contracts;
  std::vector<SettingRule> settings;
  std::vector<StreamRule> streams;
  Permissions permissions;
  std::vector<std::string> regimes;
  std::string maturity;
  std::string digest;  ///< SHA-256 of the file it was read from, 64 small letters

  bool offers(std::string_view contract) const;
};

/// Reads the text of a manifest. Throws fix_settings naming `file`, line and key.
Manifest parse_manifest(std::string_view yaml, const std::string& file);
/// Reads a manifest file of at most 256 KiB.
Manifest read_manifest(const std::filesystem::path& path);

}  // namespace homeroom::plugin
