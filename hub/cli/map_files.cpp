#include "hub/cli/map_files.hpp"

#include <algorithm>
#include <cstdio>

#include "homeroom/error.hpp"

namespace homeroom::cli {

namespace {

using Path = std::filesystem::path;

/// Files that cannot be read as YAML count as mappings too: they must be complained about.
bool is_mapping(const Path& file) {
  if (file.extension() != ".yaml") return false;
  try {
    auto root = settings::load(file);
    return root.kind() == settings::Kind::map && root.find("mapping") && root.find("reads");
  } catch (const Error&) {
    return true;
  }
}

void add(std::vector<Path>& files, Path file) {
  if (std::ranges::find(files, file) == files.end()) files.push_back(std::move(file));
}

void add_files_of(const std::string& path, std::vector<Path>& files) {
  if (!std::filesystem::exists(path))
    throw Error(Next::fix_settings, path + ": there is no such file or folder");
  if (!std::filesystem::is_directory(path)) return add(files, path);
  std::vector<Path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
    if (entry.is_regular_file() && is_mapping(entry.path())) found.push_back(entry.path());
  std::ranges::sort(found);
  if (found.empty()) throw Error(Next::fix_settings, path + ": no mapping files in this folder");
  for (auto& file : found) add(files, std::move(file));
}

}  // namespace

std::optional<settings::Workspace> workspace_of(const Context& context) {
  if (!std::filesystem::exists(Path(context.workspace) / "homeroom.yaml")) return std::nullopt;
  auto workspace = settings::load_workspace(context.workspace, context.parameters());
  auto shelf = shelf_of(context, workspace);
  for (auto& source : workspace.sources) source.mapping = shelf.mapping(source.mapping);
  return workspace;
}

map::Shelf shelf_of(const Context& context, const std::optional<settings::Workspace>& workspace) {
  return {workspace ? workspace->folder / "mappings" : Path(), context.configs() / "mappings"};
}

uint64_t memory_of(const std::string& said, const std::optional<settings::Workspace>& workspace) {
  if (!said.empty()) {
    auto bytes = settings::memory_size(said);
    if (!bytes || *bytes == 0)
      throw Error(Next::fix_settings, "--memory takes a size, like \"600 MiB\"");
    return *bytes;
  }
  auto limit = workspace ? workspace->limits.memory_bytes : 0;
  return limit > 0 ? limit : flow::RunMemory::usual_budget;
}

record::Model model_of(const Context& context,
                       const std::optional<settings::Workspace>& workspace) {
  return settings::load_model(context.configs() / "model.yaml",
                              workspace ? workspace->model_extension : Path());
}

std::vector<Path> files_of(const std::vector<std::string>& paths,
                           const std::optional<settings::Workspace>& workspace) {
  std::vector<Path> files;
  for (const auto& path : paths) add_files_of(path, files);
  if (!paths.empty()) return files;
  if (!workspace)
    throw Error(Next::fix_settings,
                "no homeroom.yaml here; name a mapping file or a folder of them");
  for (const auto& source : workspace->sources) add(files, source.mapping);
  return files;
}

std::string plural(std::size_t count, const std::string& word) {
  return with_commas(count) + " " + word + (count == 1 ? "" : "s");
}

void tell_of_hashes(const Context& context) {
  if (!context.is_quiet)
    std::fputs(
        "hash(...) used a fixed key here; in a run it is the district's own, and so are its "
        "values\n",
        stderr);
}

}  // namespace homeroom::cli
