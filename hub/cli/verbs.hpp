// The verbs, each registered with the command line by one function; they throw what run() turns into
// messages and exit codes, and answer their exit code through Context::exit_code.
#pragma once

#include <CLI/App.hpp>

#include "hub/cli/context.hpp"

namespace homeroom::cli {

void add_synth(CLI::App& app, Context& context);
void add_run(CLI::App& app, Context& context);  ///< run and plan
void add_plugin(CLI::App& app, Context& context);
void add_init(CLI::App& app, Context& context);
void add_look(CLI::App& app, Context& context);        ///< check, discover, preview
void add_student(CLI::App& app, Context& context);     ///< profile, explain
void add_history(CLI::App& app, Context& context);     ///< runs, status
void add_quarantine(CLI::App& app, Context& context);  ///< quarantine list, show
void add_map(CLI::App& app, Context& context);  ///< map run, map test, map lint

}  // namespace homeroom::cli
