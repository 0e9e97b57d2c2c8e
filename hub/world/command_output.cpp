#include "hub/world/command_output.hpp"

#include <array>
#include <cerrno>
#include <csignal>

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
  /// True when it ended by itself with code 0.
  bool ended_well() {
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
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
  std::string said;
  while (true) {
    auto left_ms = static_cast<int>((until - steady_seconds()) * 1000);
    pollfd wait{reading.descriptor(), POLLIN, 0};
    if (left_ms <= 0 || ::poll(&wait, 1, left_ms) == 0)
      throw failed(words[0], "it did not end within " + std::to_string(most_seconds) + " s");
    std::array<char, 4096> piece;
    auto size = ::read(reading.descriptor(), piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    said.append(piece.data(), static_cast<std::size_t>(size));
    if (said.size() > most_bytes) throw failed(words[0], "it says more than it should");
  }
  if (!child.ended_well()) throw failed(words[0], "it ended with an error");
  return said;
}

}  // namespace homeroom::world
