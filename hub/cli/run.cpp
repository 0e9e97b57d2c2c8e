// The verbs run and plan: one night, and what it would do.
#include <algorithm>
#include <cstdio>

#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/cli/night_text.hpp"
#include "hub/cli/progress.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"
#include "hub/record/record.hpp"

namespace homeroom::cli {

namespace {

struct Flags {
  flow::RunOptions options;
  std::vector<std::string> approve;
  std::string why;
};

/// Everything is read by the flag, or because the job says `full: true`.
flow::Hub hub_of(Context& context, Flags& flags) {
  if (flags.options.reads_everything) context.set.push_back("mode=full");
  auto hub = context.hub();
  auto is_full = [&](const settings::Job& job) {
    return job.name == flags.options.job && job.reads_everything;
  };
  if (flags.options.reads_everything || std::ranges::none_of(hub.workspace().jobs, is_full))
    return hub;
  flags.options.reads_everything = true;
  context.set.push_back("mode=full");
  return context.hub();
}

void run_job(Context& context, Flags& flags) {
  if (!flags.approve.empty() && flags.why.empty())
    throw Error(Next::fix_settings, "--approve needs --why TEXT: who decided, and on what ground");
  for (const auto& brake : flags.approve) flags.options.approvals[brake] = flags.why;
  flags.options.actor = account();
  if (!context.is_quiet && isatty(STDERR_FILENO)) flags.options.tell = ProgressLine();
  auto hub = hub_of(context, flags);
  auto result = flow::run(hub, flags.options);
  if (flags.options.tell) ProgressLine::clear();
  if (context.is_json())
    std::printf("%s\n", record::report_json(result.report).c_str());
  else if (context.is_quiet)
    std::fputs(trouble_alone(result.report).c_str(), stderr);
  else
    std::fputs(night_text(hub, result).c_str(), stdout);
  context.exit_code = flow::exit_code(result.report);
}

}  // namespace

void add_run(const Command& top, Context& context) {
  auto flags = std::make_shared<Flags>();
  auto& options = flags->options;
  top.add("run", "Runs a job: hear the sources, make the profiles, send what changed")
      .takes("job", options.job, "A job of homeroom.yaml", Need::must)
      .flag("--dry-run", options.is_dry, "Publish and send nothing")
      .flag("--full", options.reads_everything,
            "Read every source in full, also those that tell changes from where they ended")
      .flag(
          "--weigh-all", options.weighs_all,
          "Weigh every record, not only those whose link may have changed; the links are the same")
      .takes_each("--source", options.sources, "Only this source (again for more)")
      .takes_each("--approve", flags->approve, "Let a tripped brake or a first delivery pass")
      .takes("--why", flags->why, "Why it may pass; recorded")
      .does([&context, flags] { run_job(context, *flags); });
  top.add("plan", "Shows what a run would create, change and remove")
      .takes("job", options.job, "A job of homeroom.yaml", Need::must)
      .does([&context, flags] {
        flags->options.is_dry = true;
        run_job(context, *flags);
      });
}

}  // namespace homeroom::cli
