#include "hub/conformance/child.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/world/files.hpp"

namespace homeroom::conformance {

namespace {

using Clock = std::chrono::steady_clock;

// Two ends of a pipe.
struct Pipe {
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw Error(Next::retry, "the system gives no pipe");
    read = world::File(ends[0]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    write = world::File(ends[1]);
  }
  world::File read, write;
};

world::File output_file() {
  world::File file(memfd_create("output", MFD_CLOEXEC));
  if (file.descriptor() < 0) throw Error(Next::retry, "the system gives no memory file");
  return file;
}

void write_whole(int to, const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    ssize_t done = write(to, text.data() + at, text.size() - at);
    if (done <= 0) return;
    at += static_cast<size_t>(done);
  }
}

[[noreturn]] void be_the_child(const std::function<std::string()>& work, int answer, int output) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  std::string said = "a" + work();
  std::fflush(nullptr);
  if (auto bytes = lseek(output, 0, SEEK_CUR); bytes > 0)
    said = fmt::format(
        "othe plugin wrote {} bytes to standard output or error; what it has to say goes to the "
        "host's log",
        bytes);
  write_whole(answer, said);
  _exit(0);
}

/// A child on its way: what it has answered so far and, once it has ended, how.
struct Child {
  pid_t process;
  int from;  ///< where its answer comes
  std::string said;
  bool is_closed = false;  ///< nothing more can come
  bool has_ended = false;
  int status = 0;

  /// Takes what has been written; waits a moment if that is nothing.
  void listen() {
    constexpr int moment_ms = 20;
    pollfd waiting{is_closed ? -1 : from, POLLIN, 0};
    if (poll(&waiting, 1, moment_ms) > 0 && take()) return;
    // A grandchild may hold the pipe open, so its end says nothing.
    has_ended = waitpid(process, &status, WNOHANG) == process;
    // It may have written between the look and its end.
    while (has_ended && take()) {
    }
  }
  /// Whether there was something.
  bool take() {
    char piece[4096];
    ssize_t got = read(from, piece, sizeof piece);
    if (got > 0) said.append(piece, static_cast<size_t>(got));
    if (got == 0) is_closed = true;
    return got > 0;
  }
  void end() {
    kill(process, SIGKILL);
    if (!has_ended) waitpid(process, &status, 0);
  }
};

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("the plugin's process ended with signal {} ({})", WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
  return fmt::format("the plugin ended its process with exit code {}", WEXITSTATUS(status));
}

/// What a plugin writes may hold values of records, so its size alone is told.
std::string how_much_it_wrote(int output) {
  auto bytes = lseek(output, 0, SEEK_END);
  return bytes > 0 ? fmt::format("; it wrote {} bytes to standard output or error", bytes) : "";
}

/// While it lives, processes that lose their parent become this one's children: also one that went
/// into a session of its own, which no signal to a group reaches.
class Foster {
 public:
  Foster() {
    prctl(PR_GET_CHILD_SUBREAPER, &was_);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    before_ = children();
  }
  Foster(const Foster&) = delete;
  Foster& operator=(const Foster&) = delete;
  ~Foster() { prctl(PR_SET_CHILD_SUBREAPER, was_); }

  /// Ends the children that have come since; whether one was still alive.
  bool end_others() const {
    bool was_alive = false;
    for (auto left = others(); !left.empty(); left = others())
      for (pid_t process : left) {
        if (waitpid(process, nullptr, WNOHANG) != 0) continue;
        was_alive = true;
        kill(process, SIGKILL);
        waitpid(process, nullptr, 0);
      }
    return was_alive;
  }

 private:
  static std::set<pid_t> children() {
    std::set<pid_t> all;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
      std::ifstream list(task.path() / "children");
      for (pid_t process; list >> process;) all.insert(process);
    }
    return all;
  }
  std::vector<pid_t> others() const {
    std::vector<pid_t> left;
    std::ranges::set_difference(children(), before_, std::back_inserter(left));
    return left;
  }

  int was_ = 0;
  std::set<pid_t> before_;
};

}  // namespace

Ended run_in_child(const std::function<std::string()>& work, std::chrono::seconds limit,
                   const world::Cancel& cancel) {
  Pipe pipe;
  auto output = output_file();
  Foster foster;
  std::fflush(nullptr);  // else the child would say it again
  pid_t child = fork();
  if (child < 0) throw Error(Next::retry, "the system starts no more processes");
  if (child == 0) be_the_child(work, pipe.write.descriptor(), output.descriptor());
  setpgid(child, child);
  pipe.write = world::File();
  Child running{child, pipe.read.descriptor(), "", false, false, 0};
  auto until = Clock::now() + limit;
  while (!running.has_ended && Clock::now() < until && !cancel.cancelled()) running.listen();
  bool is_late = !running.has_ended;
  if (is_late) running.end();
  bool left_others = foster.end_others();
  // A kernel may not tell a process its children.
  left_others |= kill(-child, SIGKILL) == 0;
  if (cancel.cancelled()) throw Error(Next::stop, "asked to stop");
  if (is_late) return {false, fmt::format("not done after {} seconds", limit.count())};
  const std::string& said = running.said;
  if (!said.empty() && left_others) return {false, "the plugin left a process behind"};
  if (!said.empty()) return {said[0] == 'a', said.substr(1)};
  return {false, how_it_ended(running.status) + how_much_it_wrote(output.descriptor())};
}

}  // namespace homeroom::conformance
