// The verbs, each registered with the command line by one function; they throw what run() turns
// into messages and exit codes, and answer their exit code through Context::exit_code.
#pragma once

#include "hub/cli/command.hpp"
#include "hub/cli/context.hpp"

namespace homeroom::cli {

void add_synth(const Command& top, Context& context);
void add_run(const Command& top, Context& context);  ///< run and plan
void add_plugin(const Command& top, Context& context);
void add_plugin_new(const Command& plugin, Context& context);  ///< plugin new
void add_init(const Command& top, Context& context);
void add_look(const Command& top, Context& context);        ///< check, discover, preview
void add_student(const Command& top, Context& context);     ///< profile, explain
void add_correct(const Command& top, Context& context);     ///< correct, corrections
void add_review(const Command& top, Context& context);      ///< review list, decide, undo
void add_history(const Command& top, Context& context);     ///< runs, status
void add_quarantine(const Command& top, Context& context);  ///< quarantine and its verbs
void add_backup(const Command& top, Context& context);      ///< backup, restore, audit verify
void add_keys(const Command& top, Context& context);        ///< keys init, status, rotate, shred
void add_purge(const Command& top, Context& context);       ///< what is past its time
void add_replay(const Command& top, Context& context);      ///< what was delivered, once more
void add_schedule(const Command& top, Context& context);    ///< schedule list, next, pause, ...
void add_state(const Command& top, Context& context);       ///< state show, diff, set, rollback
void add_serve(const Command& top, Context& context);
void add_map(const Command& top, Context& context);  ///< map run, map test, map lint
void add_validate(const Command& top, Context& context);
void add_link(const Command& top, Context& context);
void add_link_train(const Command& link, Context& context);  ///< link train
void add_functions(const Command& map, Context& context);    ///< map functions

}  // namespace homeroom::cli
