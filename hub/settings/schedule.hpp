// The parts of homeroom.yaml that say when things happen: jobs and the calendar.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "hub/settings/workspace.hpp"

namespace homeroom::settings {

/// The text of `node` if it is one of `words`; else refuses it, naming them.
std::string one_of(const Node& node, std::initializer_list<std::string_view> words);

/// One entry of `jobs`. Whether its sources and destinations exist is not looked at here.
Job read_job(const Node& key, const Node& node);

/// Refuses jobs that wait for themselves and school days that nobody has written down; the names in
/// `after` are jobs.
void check_schedules(const Node& jobs, const Workspace& workspace);

/// `calendar`; an empty one where the file has none.
Calendar read_calendar(const Node& node, const std::filesystem::path& folder);

}  // namespace homeroom::settings
