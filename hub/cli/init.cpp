// The verb init: a new workspace from one of the examples.
#include <cstdio>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/keys/keys.hpp"
#include "hub/settings/settings.hpp"

namespace homeroom::cli {

namespace {

namespace fs = std::filesystem;

struct Flags {
  std::string folder;
  std::string example = "lakeview";
};

fs::path example_folder(const fs::path& configs, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(configs / "examples"))
    if (entry.is_directory()) names.push_back(entry.path().filename());
  for (const auto& known : names)
    if (known == name) return configs / "examples" / name;
  auto near = settings::did_you_mean(name, names);
  std::string all;
  for (const auto& known : names) all += (all.empty() ? "" : ", ") + known;
  throw Error(
      Next::fix_settings,
      "no example " + name + (near ? ", did you mean " + *near + "?" : "; there are: " + all));
}

/// The example's settings with a tenant id of their own behind the district's line.
std::string with_tenant_id(const fs::path& file, const std::string& tenant_id) {
  std::ifstream in(file);
  std::string out;
  bool has_id = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("tenant_id:")) continue;
    out += line + '\n';
    if (has_id || !line.starts_with("district:")) continue;
    out += "tenant_id: " + tenant_id + "    # never change it: person ids are made with it\n";
    has_id = true;
  }
  if (!has_id) throw Error(Next::fail, file.string() + ": has no line that begins with district:");
  return out;
}

void init(const Context& context, const Flags& flags) {
  fs::path folder = flags.folder;
  auto settings = folder / "homeroom.yaml";
  if (fs::exists(settings))
    throw Error(Next::fix_settings,
                settings.string() + " is there already; init makes new workspaces only");
  auto configs = context.configs();
  auto example = example_folder(configs, flags.example);
  auto text = with_tenant_id(example / "homeroom.yaml", keys::new_tenant_id());
  try {
    fs::create_directories(folder / "policy");
    fs::copy(configs / "policy", folder / "policy",
             fs::copy_options::recursive | fs::copy_options::skip_existing);
    fs::copy(example, folder, fs::copy_options::recursive | fs::copy_options::skip_existing);
  } catch (const fs::filesystem_error& error) {
    throw Error(Next::fix_settings, "cannot write the workspace: " + error.code().message());
  }
  std::ofstream out(settings, std::ios::trunc);
  out << text;
  if (!out.flush()) throw Error(Next::fail, settings.string() + ": cannot be written");
  if (context.is_json()) {
    std::printf("%s\n", nlohmann::json({{"workspace", folder.string()}, {"example", flags.example}})
                            .dump()
                            .c_str());
    return;
  }
  std::printf(
      "%s is a workspace now, made from the example %s. Next:\n  homeroom --workspace %s --set "
      "data=DIR check\n",
      folder.c_str(), flags.example.c_str(), folder.c_str());
}

}  // namespace

void add_init(const Command& top, Context& context) {
  auto flags = std::make_shared<Flags>();
  top.add("init", "Makes a workspace: settings, mappings and policies with comments")
      .takes("folder", flags->folder, "Where", Need::must)
      .takes("--example", flags->example, "Which example it starts from (default lakeview)")
      .does([&context, flags] { init(context, *flags); });
}

}  // namespace homeroom::cli
