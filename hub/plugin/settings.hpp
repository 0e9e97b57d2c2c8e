// Settings of one connection, checked against the manifest before the plugin sees them.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "hub/plugin/manifest.hpp"
#include "hub/world/secrets.hpp"

namespace homeroom::plugin {

/// Flat, as they stand in the workspace: {"files.attendance.path", "a.csv"},
/// {"signing_key.secret", "planwise-signing-key"}.
using GivenSettings = std::vector<std::pair<std::string, std::string>>;

struct CheckedSetting {
  std::string key;
  world::Secret value;    ///< any value may be one, so none is printed
  bool signs_in = false;  ///< it stays in the hub

  /// What the plugin is handed: the value, or for a secret that stays in the hub its name, by which
  /// hr_http_auth asks for it.
  std::string_view handed() const { return signs_in ? std::string_view(key) : value.reveal(); }
};
using CheckedSettings = std::vector<CheckedSetting>;

/// The hub's own settings of a connection whose manifest names hosts: network.internal,
/// network.ca_file, network.per_second, and for cassettes network.play, network.record and
/// network.keep. The plugin does not see them.
const std::vector<SettingRule>& network_rules();
bool is_of_network(std::string_view key);

/// Fills in defaults, makes paths absolute from `folder` and reads secrets. Throws fix_settings for
/// a setting that is unknown, missing, of the wrong type, or a secret written as plain text.
CheckedSettings check_settings(const Manifest& manifest, const GivenSettings& given,
                               const std::filesystem::path& folder,
                               const world::SecretFolder& secrets);

}  // namespace homeroom::plugin
