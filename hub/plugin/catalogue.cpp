#include "hub/plugin/catalogue.hpp"

#include <algorithm>

#include "homeroom/error.hpp"
#include "homeroom/plugin.h"
#include "hub/plugin/nearest.hpp"

namespace homeroom::plugin {
namespace {

constexpr std::string_view manifest_ending = ".manifest.yaml";

std::string plugin_name_of(const std::filesystem::path& manifest) {
  std::string file = manifest.filename().string();
  return file.substr(0, file.size() - manifest_ending.size());
}

std::string abi_text(uint32_t abi) {
  return std::to_string(abi >> 16) + "." + std::to_string(abi & 0xffff);
}

}  // namespace

Catalogue::Catalogue(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {
  for (const auto& folder : folders_) look_into(folder);
}

void Catalogue::look_into(const std::filesystem::path& folder) {
  std::error_code missing;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, missing))
    paths.push_back(entry.path());
  std::ranges::sort(paths);  // the order of a folder is nobody's promise
  for (const auto& path : paths) {
    std::string file = path.filename().string();
    if (file.ends_with(manifest_ending)) {
      consider(path);
    } else if (path.extension() == ".so") {
      auto manifest = folder / (path.stem().string() + std::string(manifest_ending));
      if (!std::filesystem::exists(manifest))
        refused_.push_back({path, "there is no " + manifest.filename().string() + " beside it"});
    }
  }
}

void Catalogue::consider(const std::filesystem::path& path) try {
  std::string name = plugin_name_of(path);
  Manifest manifest = read_manifest(path);
  auto library = path.parent_path() / (name + ".so");
  auto refuse = [&](const std::string& why) { throw Error(Next::fix_settings, why); };
  if (manifest.name != name)
    refuse("its manifest names the plugin '" + manifest.name + "', the file '" + name + "'");
  if (HR_ABI < manifest.abi_from || HR_ABI >= manifest.abi_below)
    refuse("it serves contract versions from " + abi_text(manifest.abi_from) + " below " +
           abi_text(manifest.abi_below) + ", this hub speaks " + abi_text(HR_ABI));
  if (!std::filesystem::exists(library)) refuse("there is no " + name + ".so beside it");
  auto same = [&](const Found& other) { return other.manifest.name == name; };
  if (auto first = std::ranges::find_if(found_, same); first != found_.end())
    refuse("a plugin of this name was found before: " + first->library.string());
  found_.push_back({std::move(manifest), library});
} catch (const Error& error) {
  refused_.push_back({path, error.what()});
}

const Found& Catalogue::find(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& plugin : found_) {
    if (plugin.manifest.name == name) return plugin;
    names.push_back(plugin.manifest.name);
  }
  std::string message = "there is no plugin '" + name + "'" + did_you_mean(name, names);
  for (const auto& folder : folders_) message += "\n  searched " + folder.string();
  for (const auto& plugin : refused_)
    message += "\n  refused " + plugin.path.string() + ": " + plugin.why;
  throw Error(Next::fix_settings, message);
}

}  // namespace homeroom::plugin
