#include "hub/flow/configuration.hpp"

#include <functional>
#include <optional>
#include <set>
#include <sstream>

#include "homeroom/error.hpp"
#include "hub/map/map.hpp"
#include "hub/plugin/plugin.hpp"
#include "hub/settings/settings.hpp"
#include "hub/world/world.hpp"

namespace homeroom::flow {

namespace {

using Path = std::filesystem::path;

/// The lines of a table that say something.
std::string table_meaning(const Path& file) {
  if (!std::filesystem::is_regular_file(file)) return "missing";
  std::istringstream in(settings::file_text(file));
  std::string out;
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty() && line[0] != '#') out += line + '\n';
  }
  return out;
}

/// A file that is no YAML is a configuration too, one with which nothing runs.
std::optional<settings::Node> loaded(const Path& file) {
  try {
    return settings::load(file);
  } catch (const Error& error) {
    if (error.next != Next::fix_settings) throw;
    return std::nullopt;
  }
}

std::string yaml_meaning(const Path& file) {
  auto root = loaded(file);
  return root ? settings::meaning(*root) : table_meaning(file);
}

/// A mapping with the files it names; `seen` are those that were taken already.
std::string mapping_meaning(const Path& file, const map::Shelf& shelf, std::set<Path>& seen) {
  if (!seen.insert(file.lexically_normal()).second) return {};
  auto root = loaded(file);
  if (!root) return table_meaning(file);
  auto out = settings::meaning(*root, {"cases"});
  try {
    for (const auto& name : root->find("include").items())
      out += "include " + mapping_meaning(shelf.find(file, name.text()), shelf, seen);
    for (const auto& [list, node] : root->find("codes").entries())
      if (node.kind() == settings::Kind::map && node.find("file"))
        out += list.text() + '=' + table_meaning(shelf.find(file, node.find("file").text()));
  } catch (const Error&) {
    return out;  // said by whoever compiles it
  }
  return out;
}

class Sum {
 public:
  void add(const std::string& what, const std::string& meaning) {
    all_ += what + ' ' + std::to_string(meaning.size()) + '\n' + meaning + '\n';
  }
  std::string hash() const { return world::hex(world::sha256(all_)); }

 private:
  std::string all_;
};

/// `what` is in the hash, `name` is for people.
using Visit = std::function<void(const std::string& what, const std::string& name,
                                 const std::string& meaning)>;

/// As the workspace names it, or a shipped one stands beside the program.
std::string policy_name(const Path& file, const Path& workspace) {
  auto named = file.lexically_relative(workspace);
  bool is_shipped = named.empty() || *named.begin() == "..";
  return is_shipped ? "policy/" + file.filename().string() : named.string();
}

void each_part(const Hub& hub, const Visit& visit) {
  const auto& workspace = hub.workspace();
  visit("workspace", "homeroom.yaml", workspace.meaning);
  for (const auto& file : hub.model_files()) visit("model", file.filename(), yaml_meaning(file));
  for (const auto& file : workspace.policy)
    visit("policy", policy_name(file, workspace.folder), yaml_meaning(file));
  visit("identity", "identity", yaml_meaning(hub.identity_file()));
  for (const auto& source : workspace.sources) {
    std::set<Path> seen;
    visit("mapping " + source.name, "mapping of " + source.name,
          mapping_meaning(source.mapping, hub.shelf(), seen));
  }
  if (!workspace.calendar.days.empty())
    visit("calendar", "calendar", table_meaning(workspace.calendar.days));
}

/// A plugin that is not there is told by whoever opens it.
std::string plugin_meaning(const Hub& hub, const std::string& name) {
  try {
    const auto& found = hub.catalogue().find(name);
    return found.manifest.digest + ' ' + std::to_string(std::filesystem::file_size(found.library));
  } catch (const std::exception&) {
    return "missing";
  }
}

}  // namespace

Configuration configuration_of(const Hub& hub) {
  Sum sum;
  Configuration all;
  each_part(hub, [&](const std::string& what, const std::string& name, const std::string& meaning) {
    sum.add(what, meaning);
    all.parts[name] += world::hex(world::sha256(meaning));  // two model files may share a name
  });
  all.hash = sum.hash();
  for (const auto& source : hub.workspace().sources)
    for (const auto& feed : source.feeds)
      all.parts["plugin " + feed.plugin] =
          world::hex(world::sha256(plugin_meaning(hub, feed.plugin)));
  all.parts["Homeroom itself"] = Hub::engine();
  return all;
}

std::string configuration_hash(const Hub& hub) {
  return configuration_of(hub).hash;
}

std::vector<std::string> changed_parts(const ConfigurationParts& before,
                                       const ConfigurationParts& now) {
  std::vector<std::string> changed;
  if (before.empty()) return changed;
  for (const auto& [name, hash] : now)
    if (auto was = before.find(name); was == before.end() || was->second != hash)
      changed.push_back(name);
  for (const auto& [name, hash] : before)
    if (!now.contains(name)) changed.push_back(name);
  return changed;
}

}  // namespace homeroom::flow
