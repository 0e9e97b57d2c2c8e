// Opens a plugin that the catalogue found: inside this process, or in a process of its own.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hub/plugin/catalogue.hpp"
#include "hub/plugin/instance.hpp"
#include "hub/plugin/settings.hpp"
#include "hub/world/cancel.hpp"
#include "hub/world/clock.hpp"
#include "hub/world/files.hpp"
#include "hub/world/log.hpp"

namespace homeroom::plugin {

/// What an instance is lent; all of it outlives the instance.
struct Surroundings {
  const world::Clock& clock;
  const world::Log& log;
  const world::Cancel& cancel;
  /// Bytes done and bytes in all (0: unknown); called from any thread. May be empty.
  std::function<void(uint64_t done, uint64_t total)> progress;
  /// Folder in which jobs agree how often they ask one host; empty: each on its own.
  std::filesystem::path paces;
};

/// What the scratch files of an instance may hold.
constexpr uint64_t usual_scratch_bytes = uint64_t{1} << 30;

/// What a runner may take, and how long.
struct RunnerStyle {
  std::chrono::milliseconds call{300'000};        ///< one call of the contract
  std::chrono::milliseconds read{6 * 3'600'000};  ///< one stream, from its first row to its end
  std::chrono::milliseconds grace{5'000};         ///< to stop or close when asked to
  std::chrono::milliseconds silence{15'000};  ///< between two signs of life; one a second is due
  uint32_t starts = 3;                        ///< of the process, before the instance stays off
  uint64_t memory_bytes = uint64_t{4} << 30;  ///< of address space
  uint64_t cpu_s = 4 * 3'600;
  uint64_t files = 256;                          ///< open at once
  uint64_t scratch_bytes = usual_scratch_bytes;  ///< of files in its scratch folder
  uint64_t processes = 512;  ///< threads, beyond what the system runs when it starts
};

/// One layer of what keeps a plugin in its runner.
struct Layer {
  std::string name;
  bool is_on = false;
  std::string why;  ///< it is not on
};

/// Descriptors a runner begins with, besides the three of every process.
enum { runner_calls = 3, runner_control = 4, runner_library = 5, runner_area = 6 };

/// Maps the library if need be and opens one instance inside this process. Throws fix_settings as
/// load() does, or as the plugin refuses its settings.
std::unique_ptr<Instance> open_in_process(const Found& plugin, const CheckedSettings& settings,
                                          const Surroundings& around);
/// The same with a sealed copy of the library, as TrustList::judge() looked at it.
std::unique_ptr<Instance> open_in_process(const Found& plugin, const CheckedSettings& settings,
                                          const Surroundings& around, const world::File& library);

/// The same in a process of its own, homeroom-plugin-host, which cannot take this one along. An
/// error that is the plugin's, or that of its process, is thrown as Broken.
std::unique_ptr<Instance> open_in_runner(const Found& plugin, const CheckedSettings& settings,
                                         const Surroundings& around, const RunnerStyle& style = {});
/// The same with a sealed copy of the library.
std::unique_ptr<Instance> open_in_runner(const Found& plugin, const CheckedSettings& settings,
                                         const Surroundings& around, const RunnerStyle& style,
                                         world::File library);

/// What a runner on this system has, tried with a runner. Throws as open_in_runner() does where
/// none can be started.
std::vector<Layer> layers_of_a_runner();

/// The life of a runner, for the program homeroom-plugin-host: opens what it is told to and answers
/// until the hub is gone. Answers the exit code.
int serve_as_runner();

}  // namespace homeroom::plugin
