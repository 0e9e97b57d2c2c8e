// Times as `replay --since` wants them.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "hub/world/clock.hpp"

namespace homeroom::flows {

/// The millisecond after a run ended, as `homeroom runs` tells it.
inline std::string right_after(const nlohmann::json& run) {
  auto ended = run["started_ms"].get<int64_t>() + 1;
  auto ms = std::to_string(1000 + ended % 1000).substr(1);
  return world::iso_instant(ended).substr(0, 19) + '.' + ms + 'Z';
}

}  // namespace homeroom::flows
