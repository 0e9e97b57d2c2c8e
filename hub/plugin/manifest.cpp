#include "hub/plugin/manifest.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "hub/plugin/manifest_yaml.hpp"
#include "hub/world/digest.hpp"
#include "hub/world/files.hpp"

namespace homeroom::plugin {
namespace {

constexpr uint64_t most_manifest_bytes = 256 << 10;

constexpr std::array<std::pair<std::string_view, SettingType>, 9> type_names{{
    {"text", SettingType::text},
    {"integer", SettingType::integer},
    {"number", SettingType::number},
    {"boolean", SettingType::boolean},
    {"path", SettingType::path},
    {"url", SettingType::url},
    {"choice", SettingType::choice},
    {"list", SettingType::list},
    {"map", SettingType::map},
}};

bool is_plugin_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// "1" and "1.0" are version 1.0 of the contract.
std::optional<uint32_t> abi_number(std::string_view text) {
  uint32_t major = 0;
  uint32_t minor = 0;
  const char* end = text.data() + text.size();
  auto first = std::from_chars(text.data(), end, major);
  if (first.ec != std::errc{} || major > 0xffff) return std::nullopt;
  if (first.ptr == end) return major << 16;
  if (*first.ptr != '.') return std::nullopt;
  auto second = std::from_chars(first.ptr + 1, end, minor);
  if (second.ec != std::errc{} || second.ptr != end || minor > 0xffff) return std::nullopt;
  return major << 16 | minor;
}

uint32_t abi_of(YamlMap& map, const std::string& key) {
  auto number = abi_number(map.needed(key));
  if (!number) map.refuse(key, "is no version (expected e.g. 1.0)");
  return *number;
}

SettingRule setting_rule(const std::string& name, YamlMap& map) {
  SettingRule rule;
  rule.name = name;
  std::string type = map.text("type", "text");
  auto found = std::ranges::find(type_names, type, [](const auto& pair) { return pair.first; });
  if (found == type_names.end()) map.refuse("type", "is no type of setting");
  rule.type = found->second;
  rule.has_fallback = map.has("default");
  rule.fallback = map.text("default");
  rule.required = map.flag("required");
  rule.signs_in = map.text("secret") == "sign_in";
  rule.secret = rule.signs_in || map.flag("secret");
  rule.choices = map.texts("choices");
  rule.says = map.needed("says");
  if ((rule.type == SettingType::choice) == rule.choices.empty())
    map.refuse("choices", "belongs to type choice, and a choice needs it");
  if (rule.required && rule.has_fallback)
    map.refuse("default", "cannot stand beside required: true");
  if (rule.secret && rule.has_fallback) map.refuse("default", "cannot be written for a secret");
  return rule;
}

StreamRule stream_rule(const std::string& name, YamlMap& map) {
  StreamRule rule;
  rule.name = name;
  rule.key = map.texts("key");
  rule.subject = map.text("subject");
  rule.space = map.text("space");
  std::string role = map.text("role", "subject");
  if (role != "subject" && role != "reference")
    map.refuse("role", "is neither subject nor reference");
  rule.is_reference = role == "reference";
  rule.gone = map.text("gone", "never");
  if (rule.gone != "never" && rule.gone != "absent" && rule.gone != "marked")
    map.refuse("gone", "is none of never, absent, marked");
  rule.columns = map.texts("columns");
  rule.says = map.text("says");
  return rule;
}

// Versions are put in order, so that none is taken back to an older one unseen.
bool is_version(std::string_view text) {
  return !text.empty() && text.size() <= 40 && text.front() != '.' && text.back() != '.' &&
         text.find("..") == text.npos && text.find_first_not_of("0123456789.") == text.npos;
}

}  // namespace

bool Manifest::offers(std::string_view contract) const {
  return std::ranges::find(contracts, contract) != contracts.end();
}

Manifest parse_manifest(std::string_view yaml, const std::string& file) {
  YamlMap map(load_yaml(yaml, file), file, "");
  Manifest manifest;
  if (map.needed("manifest") != "1") map.refuse("manifest", "is not 1, the only form known here");
  manifest.name = map.needed("name");
  if (!is_plugin_name(manifest.name)) map.refuse("name", "has other letters than a-z, 0-9 and _");
  manifest.version = map.needed("version");
  if (!is_version(manifest.version))
    map.refuse("version", "is no version (expected numbers and dots, as in 1.2.0)");
  manifest.publisher = map.needed("publisher");
  manifest.says = map.needed("says");
  if (!map.has("abi")) map.refuse("abi", "is missing (expected e.g. {from: 1.0, below: 2.0})");
  map.part("abi", [&](YamlMap& abi) {
    manifest.abi_from = abi_of(abi, "from");
    manifest.abi_below = abi_of(abi, "below");
  });
  manifest.contracts = map.texts("contracts");
  if (manifest.contracts.empty()) map.refuse("contracts", "is missing");
  map.entries("settings", [&](const std::string& name, YamlMap& entry) {
    if (name == "network" || name.starts_with("network."))
      map.refuse("settings", "has the name network, which is the hub's own");
    manifest.settings.push_back(setting_rule(name, entry));
  });
  map.entries("streams", [&](const std::string& name, YamlMap& entry) {
    manifest.streams.push_back(stream_rule(name, entry));
  });
  map.part("permissions", [&](YamlMap& permissions) {
    manifest.permissions.hosts = permissions.texts("hosts");
    manifest.permissions.folders = permissions.texts("folders");
  });
  manifest.regimes = map.texts("regimes");
  manifest.maturity = map.text("maturity", "stable");
  map.finish();
  return manifest;
}

Manifest read_manifest(const std::filesystem::path& path) {
  auto text = world::read_whole(path, most_manifest_bytes);
  auto manifest = parse_manifest(text, path.string());
  manifest.digest = world::hex(world::sha256(text));
  return manifest;
}

}  // namespace homeroom::plugin
