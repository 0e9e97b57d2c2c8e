// What the verbs of `map` share: which files, which model, and the verbs themselves.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hub/cli/command.hpp"
#include "hub/cli/context.hpp"
#include "hub/flow/flow.hpp"
#include "hub/map/map.hpp"
#include "hub/record/record.hpp"
#include "hub/settings/settings.hpp"

namespace homeroom::cli {

struct Unmask;

/// The workspace of the flags, if there is one: a mapping can be looked at without.
std::optional<settings::Workspace> workspace_of(const Context& context);
/// The district's mappings, and behind them those that come with the program.
map::Shelf shelf_of(const Context& context, const std::optional<settings::Workspace>& workspace);
/// Bytes that held rows may take: as said ("600 MiB"), else as the workspace limits runs, else 256
/// MiB.
uint64_t memory_of(const std::string& said, const std::optional<settings::Workspace>& workspace);
record::Model model_of(const Context& context, const std::optional<settings::Workspace>& workspace);

/// The mapping files that are named, those of the folders that are named, else those of the
/// workspace; each once.
std::vector<std::filesystem::path> files_of(const std::vector<std::string>& paths,
                                            const std::optional<settings::Workspace>& workspace);

/// "1 case", "2 cases", "1,203 cases".
std::string plural(std::size_t count, const std::string& word);

/// Says on standard error that hash(text) has no district's key outside a run.
void tell_of_hashes(const Context& context);

/// What became of one row of the files; `what` as map::explain takes it, - reads it from standard
/// input.
void explain_row(Context& context, const flow::FilesToMap& files, std::string what,
                 const Unmask& unmask);

void add_map_new(const Command& map, Context& context);
void add_map_run(const Command& map, Context& context);
void add_map_test(const Command& map, Context& context);
void add_map_lint(const Command& map, Context& context);
void add_map_coverage(const Command& map, Context& context);

}  // namespace homeroom::cli
