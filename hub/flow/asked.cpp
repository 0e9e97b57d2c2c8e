#include "hub/flow/asked.hpp"

#include <algorithm>
#include <string>

#include "homeroom/error.hpp"
#include "hub/world/files.hpp"
#include "hub/world/trouble.hpp"

namespace homeroom::flow {

namespace {

std::string perhaps(const std::string& word, const std::vector<std::string>& known) {
  auto near = settings::did_you_mean(word, known);
  return near ? ", did you mean " + *near + "?" : "";
}

}  // namespace

const settings::Job& job_of(const Hub& hub, const std::string& name) {
  const auto& jobs = hub.workspace().jobs;
  auto found = std::ranges::find(jobs, name, &settings::Job::name);
  if (found != jobs.end()) return *found;
  std::vector<std::string> names;
  for (const auto& job : jobs) names.push_back(job.name);
  throw Error(Next::fix_settings, "no job " + name + perhaps(name, names));
}

void check_approvals(const Hub& hub, const RunOptions& options) {
  std::vector<std::string> known{moved_store, lost_store};
  for (const auto& [name, limits] : hub.workspace().brakes) known.push_back(name);
  for (const auto& destination : hub.workspace().destinations) known.push_back(destination.name);
  for (const auto& [name, why] : options.approvals)
    if (std::ranges::find(known, name) == known.end())
      throw Error(Next::fix_settings,
                  "--approve: no brake or destination " + name + perhaps(name, known));
}

bool is_asked(const settings::Source& source, const settings::Job& job, const RunOptions& options) {
  if (!options.sources.empty())
    return std::ranges::find(options.sources, source.name) != options.sources.end();
  return job.all_sources || std::ranges::find(job.sources, source.name) != job.sources.end();
}

std::vector<const settings::Source*> sources_in_order(const Hub& hub, const RunOptions& options) {
  for (const auto& name : options.sources) hub.source(name);
  std::vector<const settings::Source*> order;
  for (const auto& source : hub.workspace().sources) order.push_back(&source);
  std::ranges::stable_partition(
      order, [&](const auto* source) { return source->name == hub.workspace().roster; });
  return order;
}

std::filesystem::path with_its_folder(std::filesystem::path file) {
  auto folder = file.parent_path();
  std::error_code trouble;
  if (folder.empty() || std::filesystem::exists(folder, trouble)) return file;
  world::make_folder(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, trouble);
  if (trouble) throw world::trouble(trouble.value(), "make", folder);
  return file;
}

}  // namespace homeroom::flow
