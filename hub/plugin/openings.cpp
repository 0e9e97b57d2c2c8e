#include "hub/plugin/openings.hpp"

#include <filesystem>
#include <string_view>

#include "homeroom/plugin.h"

namespace homeroom::plugin {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view of_a_setting = "setting:";

bool is_of(std::string_view key, std::string_view setting) {
  return key.starts_with(setting) && (key.size() == setting.size() || key[setting.size()] == '.');
}

fs::path nearest_folder(fs::path path) {
  std::error_code ignored;
  while (!fs::is_directory(path, ignored) && path.has_relative_path()) path = path.parent_path();
  return path;
}

}  // namespace

std::vector<Opening> openings_of(const Manifest& manifest, const CheckedSettings& settings) {
  std::vector<Opening> openings;
  bool writes = manifest.offers(HR_SINK);
  auto open = [&](std::string_view named) {
    fs::path path(named);
    if (path.is_absolute())
      openings.push_back({writes ? nearest_folder(path).string() : path.string(), writes});
  };
  for (const auto& declared : manifest.permissions.folders) {
    if (!declared.starts_with(of_a_setting)) {
      open(declared);
      continue;
    }
    auto name = std::string_view(declared).substr(of_a_setting.size());
    for (const auto& setting : settings)
      if (is_of(setting.key, name)) open(setting.value.reveal());
  }
  return openings;
}

}  // namespace homeroom::plugin
