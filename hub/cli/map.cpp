// The verbs map run, map test and map lint: mapping files without a store.
#include "hub/map/map.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/record/record.hpp"
#include "hub/settings/settings.hpp"
#include "hub/world/world.hpp"

namespace homeroom::cli {

namespace {

using Path = std::filesystem::path;
using nlohmann::json;

/// The workspace of the flags, if there is one: a mapping can be looked at without.
std::optional<settings::Workspace> workspace_of(const Context& context) {
  if (!std::filesystem::exists(std::filesystem::path(context.workspace) / "homeroom.yaml")) return std::nullopt;
  return settings::load_workspace(context.workspace, context.parameters());
}

record::Model model_of(const Context& context,
                       const std::optional<settings::Workspace>& workspace) {
  return settings::load_model(context.configs() / "model.yaml",
                              workspace ? workspace->model_extension : Path());
}

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

std::vector<Path> files_of(const std::string& path,
                           const std::optional<settings::Workspace>& workspace) {
  std::vector<Path> files;
  if (path.empty()) {
    if (!workspace)
      throw Error(Next::fix_settings,
                  "no homeroom.yaml here; name a mapping file or a folder of them");
    for (const auto& source : workspace->sources)
      if (std::ranges::find(files, source.mapping) == files.end()) files.push_back(source.mapping);
    return files;
  }
  if (!std::filesystem::exists(path))
    throw Error(Next::fix_settings, path + ": there is no such file or folder");
  if (!std::filesystem::is_directory(path)) return {path};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
    if (entry.is_regular_file() && is_mapping(entry.path())) files.push_back(entry.path());
  std::ranges::sort(files);
  if (files.empty()) throw Error(Next::fix_settings, path + ": no mapping files in this folder");
  return files;
}

std::string place_of(const settings::Place& place) {
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string plural(std::size_t count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

/// hash(text) has no district's key outside a run.
void tell_of_hashes(const Context& context) {
  if (!context.is_quiet)
    std::fputs("hash(...) used a fixed key here; in a run it is the district's own, and so are its values\n", stderr);
}

void test(Context& context, const std::string& path) {
  auto workspace = workspace_of(context);
  auto model = model_of(context, workspace);
  auto files = json::array();
  std::size_t cases = 0;
  std::size_t failed = 0;
  bool has_hashes = false;
  for (const auto& file : files_of(path, workspace)) {
    json of_file = {{"file", file.string()}, {"cases", json::array()}};
    if (!context.is_json()) std::printf("%s\n", file.c_str());
    for (const auto& result : map::run_cases(file, model)) {
      bool is_passed = result.differences.empty();
      ++cases;
      failed += !is_passed;
      has_hashes |= result.has_hashes;
      of_file["cases"].push_back({{"case", result.name},
                                  {"line", result.place.line},
                                  {"passed", is_passed},
                                  {"differences", result.differences}});
      if (context.is_json() || (is_passed && context.is_quiet)) continue;
      std::printf("  %-6s %s\n", is_passed ? "ok" : "FAILED", result.name.c_str());
      for (const auto& difference : result.differences)
        std::printf("         %s\n", difference.c_str());
    }
    files.push_back(std::move(of_file));
  }
  if (has_hashes) tell_of_hashes(context);
  if (context.is_json())
    std::printf("%s\n",
                json({{"files", files}, {"cases", cases}, {"failed", failed}}).dump().c_str());
  else
    std::printf("%s, %zu failed\n", plural(cases, "case").c_str(), failed);
  context.exit_code = failed == 0 ? 0 : 1;
}

/// The line a remark speaks of, with a caret below the place.
void show_line(const settings::Place& place) {
  std::ifstream in(place.file);
  std::string line;
  for (uint32_t number = 0; number < place.line && std::getline(in, line);) ++number;
  if (place.line == 0 || line.empty()) return;
  std::printf("  %s\n  %s^\n", line.c_str(),
              std::string(place.column > 0 ? place.column - 1 : 0, ' ').c_str());
}

void lint(Context& context, const std::string& path) {
  auto workspace = workspace_of(context);
  auto model = model_of(context, workspace);
  auto remarks = json::array();
  std::size_t errors = 0;
  for (const auto& file : files_of(path, workspace))
    for (const auto& remark : map::lint(file, model)) {
      errors += remark.is_error;
      remarks.push_back({{"file", remark.place.file},
                         {"line", remark.place.line},
                         {"column", remark.place.column},
                         {"error", remark.is_error},
                         {"says", remark.says}});
      if (context.is_json() || (context.is_quiet && !remark.is_error)) continue;
      std::printf("%s: %s%s\n", place_of(remark.place).c_str(), remark.is_error ? "error: " : "",
                  remark.says.c_str());
      show_line(remark.place);
    }
  if (context.is_json())
    std::printf("%s\n", json({{"remarks", remarks}, {"errors", errors}}).dump().c_str());
  else
    std::printf("%s, %s\n", plural(errors, "error").c_str(),
                plural(remarks.size() - errors, "remark").c_str());
  context.exit_code = errors == 0 ? 0 : 2;
}

struct RunFlags {
  std::string mapping;
  std::vector<std::string> inputs;
  std::string out;
};

std::multimap<std::string, Path> inputs_of(const std::vector<std::string>& inputs) {
  std::multimap<std::string, Path> out;
  for (const auto& input : inputs) {
    auto sign = input.find('=');
    if (sign == std::string::npos) throw Error(Next::fix_settings, "--input takes STREAM=FILE");
    out.emplace(input.substr(0, sign), input.substr(sign + 1));
  }
  return out;
}

void run(Context& context, const RunFlags& flags) {
  auto begun = world::steady_seconds();
  auto workspace = workspace_of(context);
  auto set = context.parameters();
  auto day = set["run_date"];
  if (day.empty() && workspace) day = workspace->parameters["run_date"];
  if (day.empty())
    day =
        record::iso_date(world::run_date(context.clock, workspace ? workspace->time_zone : "UTC"));
  auto counts = map::map_files(flags.mapping, inputs_of(flags.inputs), flags.out,
                               model_of(context, workspace), map::parameters_on(day));
  auto seconds = world::steady_seconds() - begun;
  if (counts.has_hashes) tell_of_hashes(context);
  if (context.is_json()) {
    json out = {{"rows_in", counts.rows_in},
                {"mapped", counts.mapped},
                {"filtered", counts.filtered},
                {"rejected", counts.rejected},
                {"rows_out", counts.rows_out},
                {"seconds", seconds},
                {"cpu_seconds", world::usage().cpu_seconds}};
    std::printf("%s\n", out.dump().c_str());
    return;
  }
  std::printf(
      "%s rows: %s mapped, %s left out or refused, %s set aside; %s rows written to %s in %.1f s\n",
      with_commas(counts.rows_in).c_str(), with_commas(counts.mapped).c_str(),
      with_commas(counts.filtered).c_str(), with_commas(counts.rejected).c_str(),
      with_commas(counts.rows_out).c_str(), flags.out.c_str(), seconds);
}

}  // namespace

void add_map(const Command& top, Context& context) {
  auto map = top.add("map", "Mapping files: apply, test and lint them without a store");
  map.needs_verb();
  auto flags = std::make_shared<RunFlags>();
  map.add("run", "Applies one mapping to CSV or NDJSON files")
      .takes("--mapping", flags->mapping, "The mapping file", Need::must)
      .takes_each("--input", flags->inputs, "STREAM=FILE", Need::must)
      .takes("--out", flags->out, "Folder for ENTITY.ndjson", Need::must)
      .does([flags, &context] { run(context, *flags); });
  auto path = std::make_shared<std::string>();
  const char* files = "File or folder (default: the workspace's mappings)";
  map.add("test", "Runs the cases at the end of mapping files")
      .takes("path", *path, files)
      .does([path, &context] { test(context, *path); });
  map.add("lint", "Says what is wrong or doubtful in mapping files")
      .takes("path", *path, files)
      .does([path, &context] { lint(context, *path); });
  add_functions(map, context);
}

}  // namespace homeroom::cli
