#include "hub/cli/cli.hpp"

#include <cstdio>

#include "homeroom/error.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/world/world.hpp"

namespace homeroom::cli {

namespace {

void say(const Context& context, const char* what) {
  if (context.is_json()) return context.log.error(what);
  std::fprintf(stderr, "homeroom: %s\n", what);
}

int exit_code_of(const Error& error) {
  return error.next == Next::fix_settings ? 2 : 1;
}

void add_verbs(const Command& top, Context& context) {
  add_synth(top, context);
  add_run(top, context);
  add_plugin(top, context);
  add_init(top, context);
  add_look(top, context);
  add_student(top, context);
  add_correct(top, context);
  add_review(top, context);
  add_history(top, context);
  add_quarantine(top, context);
  add_backup(top, context);
  add_keys(top, context);
  add_purge(top, context);
  add_state(top, context);
  add_replay(top, context);
  add_schedule(top, context);
  add_serve(top, context);
  add_map(top, context);
  add_validate(top, context);
  add_link(top, context);
}

}  // namespace

int run(int argc, char** argv) {
  Context context;
  CommandLine line("homeroom", "Homeroom: one lawful, current, explained picture of each student.",
                   "homeroom 0.1.0");
  auto top = line.top();
  top.takes("--workspace", context.workspace, "Folder with homeroom.yaml (default: this one)")
      .takes_each("--set", context.set, "NAME=VALUE for a parameter of the workspace")
      .takes_one_of("--output", context.output, {"text", "json"}, "text or json")
      .flag("--quiet", context.is_quiet, "Only warnings and errors")
      .needs_verb();
  add_verbs(top, context);
  world::StopSignals signals(context.cancel);
  try {
    return line.read(argc, argv) ? context.exit_code : 2;
  } catch (const world::Locked& locked) {
    say(context, locked.what());
    return 5;
  } catch (const Error& error) {
    say(context, error.what());
    return exit_code_of(error);
  } catch (const std::exception& error) {
    say(context, error.what());
    return 1;
  }
}

}  // namespace homeroom::cli
