// The YAML of manifests, looked at before a tree is built from it: no aliases, no anchors, no tags,
// bounded in depth and size, no key twice.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace homeroom::plugin {

/// The document, checked. Throws fix_settings naming `file` and line.
YAML::Node load_yaml(std::string_view yaml, const std::string& file);

/// One mapping of a manifest, read key by key; a key nobody asked for is refused by finish().
class YamlMap {
 public:
  YamlMap(const YAML::Node& node, std::string file, std::string where);
  std::string text(const std::string& key, const std::string& fallback = "");
  std::string needed(const std::string& key);
  bool flag(const std::string& key);
  bool has(const std::string& key) const;
  std::vector<std::string> texts(const std::string& key);
  /// Calls `read` with the mapping under `key`, if it is there.
  void part(const std::string& key, const std::function<void(YamlMap& map)>& read);
  /// Calls `each` for each entry of the mapping under `key`, in the file's order.
  void entries(const std::string& key,
               const std::function<void(const std::string& name, YamlMap& entry)>& each);
  void finish() const;
  [[noreturn]] void refuse(const std::string& key, const std::string& why) const;

 private:
  YAML::Node child(const std::string& key);
  YAML::Node node_;
  std::string file_;
  std::string where_;
  std::vector<std::string> asked_;
};

}  // namespace homeroom::plugin
