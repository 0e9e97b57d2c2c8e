// What a night found, for people: one line a kind, the gravest first.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace homeroom::cli {

/// From the run report as JSON: its counts, then its kinds with the place of the first of each.
std::string findings_text(const nlohmann::ordered_json& report);

}  // namespace homeroom::cli
