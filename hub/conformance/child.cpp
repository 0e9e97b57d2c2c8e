#include "hub/conformance/child.hpp"

#include <cstdio>
#include <cstring>

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
  std::string said;
  bool has_ended = false;
  int status = 0;

  /// Takes what has been written; waits a moment if that is nothing.
  void listen(int from) {
    constexpr int moment_ms = 20;
    char piece[4096];
    pollfd waiting{from, POLLIN, 0};
    if (poll(&waiting, 1, moment_ms) > 0)
      if (ssize_t got = read(from, piece, sizeof piece); got > 0)
        return void(said.append(piece, static_cast<size_t>(got)));
    // A grandchild may hold the pipe open, so its end says nothing.
    has_ended = waitpid(process, &status, WNOHANG) == process;
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

void pass_on(int output) {
  char piece[4096];
  lseek(output, 0, SEEK_SET);
  for (ssize_t got; (got = read(output, piece, sizeof piece)) > 0;)
    std::fwrite(piece, 1, static_cast<size_t>(got), stderr);
}

}  // namespace

Ended run_in_child(const std::function<std::string()>& work, std::chrono::seconds limit,
                   const world::Cancel& cancel) {
  Pipe pipe;
  auto output = output_file();
  std::fflush(nullptr);  // else the child would say it again
  pid_t child = fork();
  if (child < 0) throw Error(Next::retry, "the system starts no more processes");
  if (child == 0) be_the_child(work, pipe.write.descriptor(), output.descriptor());
  setpgid(child, child);
  pipe.write = world::File();
  Child running{child, "", false, 0};
  auto until = Clock::now() + limit;
  while (!running.has_ended && Clock::now() < until && !cancel.cancelled())
    running.listen(pipe.read.descriptor());
  bool is_late = !running.has_ended;
  if (is_late) running.end();
  bool left_others = kill(-child, SIGKILL) == 0;
  if (cancel.cancelled()) throw Error(Next::stop, "asked to stop");
  if (is_late) return {false, fmt::format("not done after {} seconds", limit.count())};
  const std::string& said = running.said;
  if (!said.empty() && left_others) return {false, "the plugin left a process behind"};
  if (!said.empty()) return {said[0] == 'a', said.substr(1)};
  pass_on(output.descriptor());
  return {false, how_it_ended(running.status)};
}

}  // namespace homeroom::conformance
