#include "hub/world/command_output.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/world/files.hpp"
#include "hub/world/meter.hpp"

extern char** environ;

namespace homeroom::world {

namespace {

constexpr std::size_t piece_bytes = 4096;

Error failed(const std::string& program, const std::string& why) {
  return {Next::fix_settings, program + ": " + why};
}

/// A started program; killed and waited for when it goes away.
class Child {
 public:
  Child(const std::vector<std::string>& words, int output) {
    std::vector<char*> line;
    for (const auto& word : words) line.push_back(const_cast<char*>(word.c_str()));
    line.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    int code = posix_spawnp(&id_, line[0], &actions, nullptr, line.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (code == 0) return;
    id_ = 0;
    throw failed(words[0], "this program cannot be started; look at its path and rights");
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (id_ == 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  /// Whether it ended with code 0; nothing when it runs on then. It may close its output long
  /// before it ends.
  std::optional<bool> ended_well(double until) {
    int status = 0;
    while (::waitpid(id_, &status, WNOHANG) == 0) {
      if (steady_seconds() >= until) return std::nullopt;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    id_ = 0;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  pid_t id_ = 0;
};

}  // namespace

std::string output_of(const std::vector<std::string>& words, std::size_t most_bytes,
                      int most_seconds) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw failed(words[0], "no pipe can be made for it");
  File reading(ends[0]);
  File writing(ends[1]);
  Child child(words, writing.descriptor());
  writing = File();
  auto until = steady_seconds() + most_seconds;
  auto late = failed(words[0], "it did not end within " + std::to_string(most_seconds) + " s");
  std::string said;
  said.reserve(most_bytes + piece_bytes);  // it may be a secret: no half of it is left behind
  while (true) {
    auto left_ms = static_cast<int>((until - steady_seconds()) * 1000);
    pollfd wait{reading.descriptor(), POLLIN, 0};
    if (left_ms <= 0 || ::poll(&wait, 1, left_ms) == 0) throw late;
    auto known = said.size();
    said.resize(known + piece_bytes);
    auto size = ::read(reading.descriptor(), said.data() + known, piece_bytes);
    said.resize(known + static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    if (said.size() > most_bytes) throw failed(words[0], "it says more than it should");
  }
  auto well = child.ended_well(until);
  if (!well) throw late;
  if (!*well) throw failed(words[0], "it ended with an error");
  return said;
}

}  // namespace homeroom::world
