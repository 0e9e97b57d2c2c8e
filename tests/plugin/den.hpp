// A den: a plugin that does harm, in a runner.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>

#include "tests/plugin/bench.hpp"

namespace homeroom::plugin {

using namespace std::chrono_literals;

/// Little room, and patience enough for a busy machine.
inline RunnerStyle patient() {
  RunnerStyle style;
  style.call = 60s;
  style.grace = 500ms;
  style.memory_bytes = uint64_t{256} << 20;
  return style;
}

/// For deeds that would never end by themselves.
inline RunnerStyle impatient() {
  auto style = patient();
  style.call = 1s;
  style.read = 1s;
  return style;
}

/// A sanitizer takes all addresses, opens files of its own and ends the process in its own way.
inline bool a_sanitizer_hides([[maybe_unused]] std::string_view deed) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  for (auto hidden : {"leaks", "takes all memory", "exits", "lifts its limits", "opens many files"})
    if (deed == hidden) return true;
#endif
  return false;
}

/// A plugin of the folder of bad ones, in a runner.
class Den {
 public:
  explicit Den(const std::string& deed, const std::string& plugin = "villain",
               const RunnerStyle& style = patient())
      : catalogue_(cage("bad")), log_({world::Level::debug, false, false}, said_) {
    const auto& found = catalogue_.find(plugin);
    GivenSettings given;
    if (plugin == "villain") given = {{"deed", deed}, {"folder", folder_.path().string()}};
    auto settings = check_settings(found.manifest, given, ".", world::SecretFolder("."));
    auto told = [this](uint64_t, uint64_t) { std::this_thread::sleep_for(hearing_); };
    instance_ = open_in_runner(found, settings, {clock_, log_, cancel_, told}, style);
  }
  Instance* operator->() { return instance_.get(); }
  std::unique_ptr<BatchReader> read() {
    return instance_->read({"loot", "", Mode::full, {"id"}, 100, 1 << 20});
  }
  /// What reading everything comes to.
  Error outcome() {
    return error_of([&] {
      auto reader = read();
      while (reader->next()) {
      }
    });
  }
  void close() { instance_.reset(); }
  /// How long the hub thinks about what it is told.
  void hear_slowly(std::chrono::milliseconds time) { hearing_ = time; }
  void ask_to_stop() { cancel_.ask(); }
  std::string said() const { return said_.str(); }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  world::ScratchFolder folder_{std::filesystem::temp_directory_path()};
  Catalogue catalogue_;
  std::ostringstream said_;
  world::SystemClock clock_;
  world::Log log_;
  world::Cancel cancel_;
  std::chrono::milliseconds hearing_{0};
  std::unique_ptr<Instance> instance_;
};

struct Deed {
  const char* deed;
  const char* how;
};

inline std::string name_of_deed(const testing::TestParamInfo<Deed>& info) {
  std::string name = info.param.deed;
  std::ranges::replace_if(
      name, [](char letter) { return !isalnum(letter); }, '_');
  return name;
}

}  // namespace homeroom::plugin
