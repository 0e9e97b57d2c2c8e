#include "hub/cli/cli.hpp"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>

#include "homeroom/error.hpp"
#include "hub/cli/verbs.hpp"

namespace homeroom::cli {

namespace {

void say(const Context& context, const char* what) {
  if (context.is_json) return context.log.error(what);
  std::fprintf(stderr, "homeroom: %s\n", what);
}

int exit_code_of(const Error& error) { return error.next == Next::fix_settings ? 2 : 1; }

}  // namespace

int run(int argc, char** argv) {
  Context context;
  CLI::App app("Homeroom: one lawful, current, explained picture of each student.", "homeroom");
  app.add_option("--workspace", context.workspace, "Folder with homeroom.yaml (default: this one)");
  app.add_option("--set", context.set, "NAME=VALUE for a parameter of the workspace")->allow_extra_args(false);
  std::string output = "text";
  app.add_option("--output", output, "text or json")->check(CLI::IsMember({"text", "json"}))->each([&](const std::string& word) {
    context.is_json = word == "json";
  });
  app.add_flag("--quiet", context.is_quiet, "Only warnings and errors");
  app.set_version_flag("--version", "homeroom 0.1.0");
  app.require_subcommand(1);
  app.fallthrough();
  add_synth(app, context);
  add_run(app, context);
  add_plugin(app, context);
  add_init(app, context);
  add_look(app, context);
  add_student(app, context);
  add_history(app, context);
  add_quarantine(app, context);
  add_map(app, context);
  world::StopSignals signals(context.cancel);
  try {
    app.parse(argc, argv);
    return context.exit_code;
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? 0 : 2;
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
