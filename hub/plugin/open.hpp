// Opens a plugin that the catalogue found.
#pragma once

#include <functional>
#include <memory>

#include "hub/plugin/catalogue.hpp"
#include "hub/plugin/instance.hpp"
#include "hub/plugin/settings.hpp"
#include "hub/world/cancel.hpp"
#include "hub/world/clock.hpp"
#include "hub/world/log.hpp"

namespace homeroom::plugin {

/// What an instance is lent; all of it outlives the instance.
struct Surroundings {
  const world::Clock& clock;
  const world::Log& log;
  const world::Cancel& cancel;
  /// Bytes done and bytes in all (0: unknown); called from any thread. May be empty.
  std::function<void(uint64_t done, uint64_t total)> progress;
};

/// Maps the library if need be and opens one instance inside this process. Throws fix_settings as
/// load() does, or as the plugin refuses its settings.
std::unique_ptr<Instance> open_in_process(const Found& plugin, const CheckedSettings& settings,
                                          const Surroundings& around);

}  // namespace homeroom::plugin
