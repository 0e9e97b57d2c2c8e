// The tests' words: a parrot in a cage, opened with a habit.
#pragma once

#include <filesystem>
#include <sstream>
#include <string>

#include "hub/plugin/plugin.hpp"
#include "hub/world/files.hpp"

namespace homeroom::plugin {

inline Catalogue cage(const std::string& folder) {
  return Catalogue({std::filesystem::path(HABITS) / folder});
}

template <class Work>
Error error_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return Error(Next::stop, "nothing was thrown");
}

/// Where the code of a plugin runs.
enum class Carrier { process, runner };

/// A parrot with a habit, and the world it lives in.
class Parrot {
 public:
  explicit Parrot(Carrier carrier, const std::string& habit = "", const RunnerStyle& style = {},
                  GivenSettings more = {}, const std::filesystem::path& secrets = ".")
      : catalogue_(cage("good")), log_({world::Level::debug, false, false}, said_) {
    const Found& found = catalogue_.find("parrot");
    more.insert(more.end(), {{"habit", habit}, {"takes", "changes"}});
    auto settings = check_settings(found.manifest, more, ".", world::SecretFolder(secrets));
    Surroundings around{clock_, log_, cancel_, {}};
    instance_ = carrier == Carrier::process ? open_in_process(found, settings, around)
                                            : open_in_runner(found, settings, around, style);
  }
  Instance* operator->() { return instance_.get(); }
  /// Closes it; then all it had to say was said.
  void close() { instance_.reset(); }
  std::string said() const { return said_.str(); }
  void ask_to_stop() { cancel_.ask(); }
  std::unique_ptr<BatchReader> read_words() {
    return instance_->read({"words", "", Mode::full, {"id", "count"}, 100, 1 << 20});
  }

 private:
  Catalogue catalogue_;
  std::ostringstream said_;
  world::FixedClock clock_{0};
  world::Log log_;
  world::Cancel cancel_;
  std::unique_ptr<Instance> instance_;
};

}  // namespace homeroom::plugin
