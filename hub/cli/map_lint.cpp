// The verb map lint: what is wrong or doubtful in mapping files.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <limits>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/map_files.hpp"
#include "hub/cli/map_source.hpp"
#include "hub/map/map.hpp"

namespace homeroom::cli {

namespace {

using map::Remark;
using nlohmann::json;
using Path = std::filesystem::path;

/// Rows of each stream whose codes are compared; `map coverage` looks at all.
constexpr uint64_t most_rows = 20'000;

struct LintFlags {
  std::vector<std::string> paths;
  bool shows_notes = false;
};

const char* word(const Remark& remark) {
  if (remark.is_error) return "error";
  return remark.kind == Remark::Kind::cost   ? "cost"
         : remark.kind == Remark::Kind::note ? "note"
                                             : "remark";
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

void show(const Remark& remark) {
  const auto& place = remark.place;
  std::string kind = word(remark);
  auto at = place.file;
  if (place.line > 0)
    at += ':' + std::to_string(place.line) + ':' + std::to_string(place.column) + ": ";
  else  // of the whole file, which the words may name themselves
    at = remark.says.starts_with(at) ? "" : at + ": ";
  std::printf("%s%s%s\n", at.c_str(), kind == "remark" ? "" : (kind + ": ").c_str(),
              remark.says.c_str());
  show_line(place);
}

/// The remarks on one file; with its sources asked where there are some.
class FileLinter {
 public:
  FileLinter(const Context& context, const std::optional<settings::Workspace>& workspace,
             const record::Model& model)
      : context_(context), model_(model), shelf_(shelf_of(context, workspace)) {
    if (workspace) hub_ = std::make_unique<flow::Hub>(context.hub());
  }

  std::vector<Remark> lint(const Path& file) {
    std::vector<Remark> all;
    if (hub_)
      for (const auto& source : hub_->workspace().sources) {
        std::error_code is_nowhere;
        if (std::filesystem::equivalent(source.mapping, file, is_nowhere))
          with_source(file, source, all);
      }
    if (all.empty()) add(map::lint(file, model_, {}, shelf_), all);
    std::ranges::stable_sort(all, {}, [](const Remark& remark) {
      return std::pair(remark.place.line, remark.place.column);
    });
    return all;
  }

  /// A stream of which not all codes were compared.
  struct Partly {
    std::string stream;
    uint64_t rows = 0;  ///< in all
  };
  const std::vector<Partly>& partly() const { return partly_; }
  /// Sources that could not be compared with, and why.
  const std::vector<std::string>& not_asked() const { return not_asked_; }

 private:
  static void add(std::vector<Remark> remarks, std::vector<Remark>& all) {
    for (auto& remark : remarks) {
      auto is_same = [&](const Remark& other) {
        return other.says == remark.says && other.place.line == remark.place.line &&
               other.place.column == remark.place.column;
      };
      if (std::ranges::none_of(all, is_same)) all.push_back(std::move(remark));
    }
  }

  void with_source(const Path& file, const settings::Source& source, std::vector<Remark>& all) {
    try {
      OpenSource open(*hub_, source);
      auto streams = open.streams();
      auto remarks = map::lint(file, model_, streams, shelf_);
      if (std::ranges::any_of(remarks, &Remark::is_error)) return add(std::move(remarks), all);
      std::vector<Remark> said_already;
      auto survey = map::Survey::of(file, model_, open.shapes(), hub_->clock_parameters(),
                                    said_already, shelf_);
      open.survey(*survey, most_rows, context_.cancel, streams);
      for (const auto& stream : streams)
        if (stream.rows > most_rows) partly_.push_back({stream.shape.stream, stream.rows});
      add(map::lint(file, model_, streams, shelf_), all);
      add(map::lint_of(survey->coverage()), all);
    } catch (const Error& wrong) {
      if (wrong.next == Next::stop) throw;
      add(map::lint(file, model_, {}, shelf_), all);
      not_asked_.push_back(
          "source " + source.name +
          " was not asked, so its columns and codes are not compared: " + wrong.what());
    }
  }

  const Context& context_;
  const record::Model& model_;
  map::Shelf shelf_;
  std::unique_ptr<flow::Hub> hub_;
  std::vector<Partly> partly_;
  std::vector<std::string> not_asked_;
};

void lint(Context& context, const LintFlags& flags) {
  auto workspace = workspace_of(context);
  auto model = model_of(context, workspace);
  auto list = json::array();
  std::map<std::string, std::size_t> counts;
  FileLinter linter(context, workspace, model);
  for (const auto& file : files_of(flags.paths, workspace))
    for (const auto& remark : linter.lint(file)) {
      std::string kind = word(remark);
      ++counts[kind];
      list.push_back({{"file", remark.place.file},
                      {"line", remark.place.line},
                      {"column", remark.place.column},
                      {"error", remark.is_error},
                      {"kind", kind},
                      {"says", remark.says}});
      bool is_shown =
          remark.is_error || (!context.is_quiet && (kind != "note" || flags.shows_notes));
      if (!context.is_json() && is_shown) show(remark);
    }
  if (context.is_json()) {
    auto partly = json::array();
    for (const auto& each : linter.partly())
      partly.push_back({{"stream", each.stream}, {"compared", most_rows}, {"rows", each.rows}});
    json out = {{"partly_compared", partly},      {"remarks", list},
                {"errors", counts["error"]},      {"doubts", counts["remark"]},
                {"costs", counts["cost"]},        {"notes", counts["note"]},
                {"not_asked", linter.not_asked()}};
    std::printf("%s\n", out.dump().c_str());
  } else {
    for (const auto& each : linter.not_asked()) std::printf("%s\n", each.c_str());
    for (const auto& each : linter.partly())
      std::printf(
          "codes were compared in the first %llu of %llu rows of %s; map coverage looks at all\n",
          static_cast<unsigned long long>(most_rows), static_cast<unsigned long long>(each.rows),
          each.stream.c_str());
    auto line = plural(counts["error"], "error") + ", " + plural(counts["remark"], "remark");
    if (counts["cost"]) line += ", " + plural(counts["cost"], "dear step");
    if (counts["note"])
      line += ", " + plural(counts["note"], "note") +
              (flags.shows_notes ? "" : " (--notes lists them)");
    std::printf("%s\n", line.c_str());
  }
  context.exit_code = counts["error"] == 0 ? 0 : 2;
}

}  // namespace

void add_map_lint(const Command& map, Context& context) {
  auto flags = std::make_shared<LintFlags>();
  map.add("lint", "Says what is wrong or doubtful in mapping files")
      .takes_each("path", flags->paths, "Files or folders (default: the workspace's mappings)")
      .flag("--notes", flags->shows_notes, "List what is worth knowing and needs no mending, too")
      .does([flags, &context] { lint(context, *flags); });
}

}  // namespace homeroom::cli
