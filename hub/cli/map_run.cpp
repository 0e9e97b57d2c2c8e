// The verb map run: one mapping applied to files, without a store.
#include <algorithm>
#include <cstdio>
#include <map>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/map_files.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/flow/flow.hpp"
#include "hub/map/map.hpp"
#include "hub/record/record.hpp"
#include "hub/settings/settings.hpp"
#include "hub/world/world.hpp"

namespace homeroom::cli {

namespace {

using Path = std::filesystem::path;
using nlohmann::json;

/// Beyond it one thread that reads cannot keep the others busy.
constexpr uint32_t most_threads = 4;

struct RunFlags {
  std::string mapping;
  std::vector<std::string> inputs;
  std::string out;
  std::string explained, memory;
  Unmask unmask;
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

/// As a run is partial by what a job tolerates that says nothing of it.
bool is_partial(const flow::FilesMapped& counts) {
  const settings::Job usual;
  auto share = usual.tolerate_of_stream * static_cast<double>(counts.rows_in);
  return counts.rejected > static_cast<uint64_t>(usual.tolerate_new) ||
         static_cast<double>(counts.rejected) > share || !counts.empty_files.empty();
}

void run(Context& context, const RunFlags& flags) {
  if (flags.out.empty() == flags.explained.empty())
    throw Error(Next::fix_settings,
                "say --out FOLDER to write the rows, or --explain ROW to look at one");
  auto begun = world::steady_seconds();
  auto workspace = workspace_of(context);
  auto set = context.parameters();
  auto day = set["run_date"];
  if (day.empty() && workspace) day = workspace->parameters["run_date"];
  if (day.empty())
    day =
        record::iso_date(world::run_date(context.clock, workspace ? workspace->time_zone : "UTC"));
  auto model = model_of(context, workspace);
  flow::FilesToMap files{
      flags.mapping,           inputs_of(flags.inputs),      model,
      map::parameters_on(day), shelf_of(context, workspace), memory_of(flags.memory, workspace)};
  if (!flags.explained.empty()) return explain_row(context, files, flags.explained, flags.unmask);
  world::make_folder(flags.out);
  auto counts = flow::map_files(files, flags.out, std::min(world::cores(), most_threads));
  auto seconds = world::steady_seconds() - begun;
  if (counts.has_hashes) tell_of_hashes(context);
  for (const auto& file : counts.empty_files)
    std::fprintf(stderr, "homeroom: %s has no row; is it the whole file?\n", file.c_str());
  if (is_partial(counts)) context.exit_code = 3;
  if (context.is_json()) {
    json out = {{"rows_in", counts.rows_in},
                {"mapped", counts.mapped},
                {"filtered", counts.filtered},
                {"rejected", counts.rejected},
                {"rows_out", counts.rows_out},
                {"empty_files", counts.empty_files},
                {"spilled_bytes", counts.spilled_bytes},
                {"seconds", seconds},
                {"cpu_seconds", world::usage().cpu_seconds},
                {"peak_rss_bytes", world::usage().peak_rss_bytes}};
    std::printf("%s\n", out.dump().c_str());
    return;
  }
  if (counts.spilled_bytes > 0 && !context.is_quiet)
    std::fprintf(stderr,
                 "%s MiB of rows did not fit into memory and were sorted out on the disk; --memory "
                 "gives more\n",
                 with_commas((counts.spilled_bytes >> 20) + 1).c_str());
  std::printf("%s: %s mapped, %s left out or refused, %s set aside; %s written to %s in %.1f s\n",
              plural(counts.rows_in, "row").c_str(), with_commas(counts.mapped).c_str(),
              with_commas(counts.filtered).c_str(), with_commas(counts.rejected).c_str(),
              plural(counts.rows_out, "row").c_str(), flags.out.c_str(), seconds);
}

}  // namespace

void add_map_run(const Command& map, Context& context) {
  auto flags = std::make_shared<RunFlags>();
  auto running = map.add("run", "Applies one mapping to CSV or NDJSON files");
  running.takes("--mapping", flags->mapping, "The mapping file", Need::must)
      .takes_each("--input", flags->inputs, "STREAM=FILE", Need::must)
      .takes("--out", flags->out, "Folder for ENTITY.ndjson")
      .takes("--explain", flags->explained,
             "Look at one row instead: STREAM:LINE or ENTITY:KEY, - reads it from standard input");
  running.takes("--memory", flags->memory,
                "What held rows may take in memory, like \"600 MiB\"; what does not fit goes to "
                "the disk of --out");
  flags->unmask.add_to(running);
  running.does([flags, &context] { run(context, *flags); });
}

}  // namespace homeroom::cli
