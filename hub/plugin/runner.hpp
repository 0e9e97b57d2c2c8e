// Runner: the process homeroom-plugin-host that holds one plugin instance, seen from the hub. What
// it sends is copied into this process first, and only the copy is checked and used.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "homeroom/error.hpp"
#include "hub/plugin/frame.hpp"
#include "hub/plugin/open.hpp"
#include "hub/plugin/services.hpp"
#include "hub/plugin/shared_area.hpp"
#include "hub/world/cancel.hpp"
#include "hub/world/files.hpp"

namespace homeroom::plugin {

class Runner {
 public:
  /// Told in the middle of a call; may throw, which ends the runner.
  using Told = std::function<void(Kind kind, std::string_view frame)>;

  /// Starts the process. `library` is mapped there and nowhere else. Throws fix_settings when the
  /// program is not there, retry when the system starts no process. Its files in `scratch` may hold
  /// what the style says.
  Runner(const RunnerStyle& style, const std::filesystem::path& scratch, const world::File& library,
         const world::Cancel& cancel);
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  /// Lets the process close its instance within the grace time, then ends it.
  ~Runner();

  /// One question, in parts, and its answer, which is in bytes() until the next call. Throws Ended,
  /// saying how: the process is gone then. Throws what `told` throws.
  FrameHead call(Kind kind, std::span<const std::string_view> question, uint32_t most,
                 const Told& told);
  /// Answers what the process asked in the middle of a call; only from `told`.
  void tell(Kind kind, std::string_view frame);
  /// Time the hub took for what the process asked, which does not count as the plugin's.
  void pardon(std::chrono::steady_clock::duration time) { asked_ += time; }
  char* bytes() const { return bytes_.data(); }
  void swap_bytes(FrameBytes& other) { std::swap(bytes_, other); }

  bool is_running() const { return running_; }
  /// Ends the process at once.
  void end();
  /// What the plugin has written to standard output and error, which nobody reads.
  uint64_t bytes_written_out() const { return written_out_; }

  /// How the process ended, or what it did so that it had to be ended.
  struct Ended : Error {
    using Error::Error;
  };

 private:
  using Time = std::chrono::steady_clock::time_point;
  void start(const world::File& library);
  bool wait(bool for_room);
  void watch(Time since);
  void hear_beats();
  void drop_output();
  void ask(Kind kind, std::span<const std::string_view> question);
  void send(std::string_view bytes);
  bool receive(char* to, std::size_t size);
  bool receive(const FrameHead& head);
  std::string how_it_ended();
  [[noreturn]] void give_up(const std::string& why);

  RunnerStyle style_;
  LentScratch scratch_;
  const world::Cancel& cancel_;
  pid_t process_ = -1;
  bool running_ = false;
  int status_ = 0;
  world::File handle_, calls_, control_, output_;
  SharedArea area_;
  FrameBytes bytes_;
  Time asked_, beat_;
  std::optional<Time> stop_asked_;
  uint64_t written_out_ = 0;
};

/// The program beside this one; nothing when it is not there.
std::optional<std::filesystem::path> runner_program();

}  // namespace homeroom::plugin
