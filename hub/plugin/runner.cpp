#include "hub/plugin/runner.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace homeroom::plugin {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int first_free = runner_area + 1;
constexpr int socket_bytes = 1 << 20;  // a large batch goes in few pieces, if the system allows
constexpr auto look_again = milliseconds(100);

struct Pair {
  Pair() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
      throw Error(Next::retry, "the system gives no sockets for a plugin's process");
    ours = world::File(ends[0]);
    theirs = world::File(ends[1]);
    for (int end : ends) setsockopt(end, SOL_SOCKET, SO_SNDBUF, &socket_bytes, sizeof socket_bytes);
  }
  world::File ours, theirs;
};

struct OutputPipe {
  OutputPipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
      throw Error(Next::retry, "the system gives no pipe for a plugin's process");
    read = world::File(ends[0]);
    write = world::File(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
  }
  world::File read, write;
};

// How the new process begins: its own group, no signal blocked or ignored, and of our descriptors
// only those it is meant to have.
class Beginning {
 public:
  Beginning() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  Beginning(const Beginning&) = delete;
  Beginning& operator=(const Beginning&) = delete;
  ~Beginning() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  void give(int ours, int theirs) { posix_spawn_file_actions_adddup2(&actions, ours, theirs); }
  void give_nothing_else() { posix_spawn_file_actions_addclosefrom_np(&actions, first_free); }

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

/// The same file under a number that no descriptor of the new process has.
world::File out_of_the_way(const world::File& file) {
  world::File copy(fcntl(file.descriptor(), F_DUPFD_CLOEXEC, first_free));
  if (copy.descriptor() < 0) throw Error(Next::retry, "too many files are open");
  return copy;
}

}  // namespace

std::optional<std::filesystem::path> runner_program() {
  auto beside = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  for (const auto& folder : {beside, beside.parent_path() / "lib" / "homeroom"})
    if (auto program = folder / "homeroom-plugin-host"; std::filesystem::exists(program))
      return program;
  return std::nullopt;
}

Runner::Runner(const RunnerStyle& style, const std::filesystem::path& scratch,
               const world::File& library, const world::Cancel& cancel)
    : style_(style), scratch_(scratch, style.scratch_bytes), cancel_(cancel) {
  start(library);
}

void Runner::start(const world::File& library) {
  auto program = runner_program();
  if (!program)
    throw Error(Next::fix_settings,
                "homeroom-plugin-host, in which plugins run, is not beside this program; build or "
                "install it again");
  Pair calls, control;
  OutputPipe output;
  std::vector<world::File> theirs;
  Beginning beginning;
  auto give = [&](const world::File& file, int number) {
    theirs.push_back(out_of_the_way(file));
    beginning.give(theirs.back().descriptor(), number);
  };
  give(output.write, STDOUT_FILENO);
  give(output.write, STDERR_FILENO);
  give(calls.theirs, runner_calls);
  give(control.theirs, runner_control);
  give(library, runner_library);
  give(area_.file(), runner_area);
  beginning.give_nothing_else();
  // Nothing of our environment: it may hold secrets.
  std::string name = "homeroom-plugin-host";
  std::string language = "LANG=C.UTF-8";
  std::array<char*, 2> arguments{name.data(), nullptr};
  std::array<char*, 2> environment{language.data(), nullptr};
  int error = posix_spawn(&process_, program->c_str(), &beginning.actions, &beginning.attributes,
                          arguments.data(), environment.data());
  if (error != 0)
    throw Error(Next::retry,
                "the system starts no process for a plugin: " + std::string(std::strerror(error)));
  running_ = true;
  handle_ = world::File(static_cast<int>(syscall(SYS_pidfd_open, process_, 0)));
  calls_ = std::move(calls.ours);
  control_ = std::move(control.ours);
  output_ = std::move(output.read);
}

Runner::~Runner() {
  if (!running_) return;
  calls_ = world::File();  // the end of the stream asks it to close its instance
  auto until = steady_clock::now() + style_.grace;
  pollfd ended{handle_.descriptor(), POLLIN, 0};
  while (steady_clock::now() < until && poll(&ended, 1, 20) == 0) drop_output();
  end();
}

void Runner::end() {
  if (!running_) return;
  running_ = false;
  kill(-process_, SIGKILL);  // and what it has started, if it could
  kill(process_, SIGKILL);
  while (waitpid(process_, &status_, 0) < 0 && errno == EINTR) {
  }
}

std::string Runner::how_it_ended() {
  // It may have a moment to live after its stream has ended.
  pollfd ended{handle_.descriptor(), POLLIN, 0};
  bool by_itself = poll(&ended, 1, 1000) > 0;
  end();
  if (!by_itself) return "stopped talking and was ended";
  if (WIFSIGNALED(status_))
    return "its process ended with signal " + std::to_string(WTERMSIG(status_)) + " (" +
           strsignal(WTERMSIG(status_)) + ")";
  return "it ended its process with exit code " + std::to_string(WEXITSTATUS(status_));
}

void Runner::give_up(const std::string& why) {
  end();
  throw Ended(Next::fail, why);
}

// What is due besides the answer: a beat that stays away, a deadline, a wish to stop, too many
// files.
void Runner::watch(Time since) {
  auto now = steady_clock::now();
  if (cancel_.cancelled() && !stop_asked_) {
    stop_asked_ = now;
    (void)!::send(control_.descriptor(), "s", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  if (stop_asked_ && now - std::max(*stop_asked_, since) > style_.grace) {
    end();
    throw Error(Next::stop, "asked to stop; the plugin did not within " +
                                std::to_string(style_.grace.count() / 1000) +
                                " seconds and its process was ended");
  }
  if (now - since > style_.call)
    give_up("it gave no answer within " + std::to_string(style_.call.count() / 1000) +
            " seconds and its process was ended");
  if (scratch_.is_exceeded()) give_up(scratch_.says() + " and its process was ended");
  if (now - beat_ <= style_.silence) return;
  hear_beats();  // they may have come while the hub was busy
  if (now - beat_ > style_.silence) give_up("its process showed no sign of life and was ended");
}

// A line that the plugin has closed is no longer looked at: it would always be ready.
void Runner::hear_beats() {
  char drop[4096];
  auto got = recv(control_.descriptor(), drop, sizeof drop, MSG_DONTWAIT);
  if (got > 0) beat_ = steady_clock::now();
  if (got == 0) control_ = world::File();
}

void Runner::drop_output() {
  char drop[4096];
  auto got = read(output_.descriptor(), drop, sizeof drop);
  if (got > 0) written_out_ += static_cast<uint64_t>(got);
  if (got == 0) output_ = world::File();
}

// Until there is something to receive, or room to send; false when the process has ended.
bool Runner::wait(bool for_room) {
  for (;;) {
    watch(asked_);
    std::array<pollfd, 4> waiting{{
        {calls_.descriptor(), static_cast<short>(for_room ? POLLOUT : POLLIN), 0},
        {control_.descriptor(), POLLIN, 0},
        {output_.descriptor(), POLLIN, 0},
        {handle_.descriptor(), POLLIN, 0},
    }};
    if (poll(waiting.data(), waiting.size(), static_cast<int>(look_again.count())) < 0) continue;
    if (waiting[1].revents) hear_beats();
    if (waiting[2].revents) drop_output();
    if (waiting[0].revents & (POLLIN | POLLOUT)) return true;
    // What it sent before its end was received first.
    if (waiting[0].revents || waiting[3].revents) return false;
  }
}

void Runner::send(std::string_view bytes) {
  while (!bytes.empty()) {
    auto sent =
        ::send(calls_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN ? !wait(true) : errno != EINTR) {
      give_up(how_it_ended());
    }
  }
}

bool Runner::receive(char* to, std::size_t size) {
  while (size > 0) {
    auto got = recv(calls_.descriptor(), to, size, MSG_DONTWAIT);
    if (got > 0) {
      to += got;
      size -= static_cast<std::size_t>(got);
    } else if (got == 0 || (errno == EAGAIN ? !wait(false) : errno != EINTR)) {
      return false;
    }
  }
  return true;
}

bool Runner::receive(const FrameHead& head) {
  char* to = bytes_.room(head.size);
  if (head.lies_in_area == 0) return receive(to, head.size);
  if (head.lies_in_area != 1 || head.kind != Kind::rows || head.size > SharedArea::bytes)
    give_up("it sent rows that lie nowhere, and its process was ended");
  area_.copy(to, head.size);
  return true;
}

void Runner::tell(Kind kind, std::string_view frame) {
  FrameHead head{static_cast<uint32_t>(frame.size()), kind, 0};
  send({reinterpret_cast<const char*>(&head), sizeof head});
  send(frame);
}

// A large question goes through the memory both sides see, if it fits there.
void Runner::ask(Kind kind, std::span<const std::string_view> question) {
  constexpr std::size_t large = 32 << 10;
  std::vector<iovec> parts;
  std::size_t size = 0;
  for (auto part : question) {
    parts.push_back({const_cast<char*>(part.data()), part.size()});
    size += part.size();
  }
  FrameHead head{static_cast<uint32_t>(size), kind, 0};
  head.lies_in_area = size >= large && area_.lay(parts);
  std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
  for (auto part : question)
    if (head.lies_in_area == 0) bytes += part;
  send(bytes);
}

FrameHead Runner::call(Kind kind, std::span<const std::string_view> question, uint32_t most,
                       const Told& told) {
  if (!running_) throw Ended(Next::fail, "its process has ended");
  asked_ = beat_ = steady_clock::now();
  watch(asked_);  // a wish to stop goes before the question
  ask(kind, question);
  for (;;) {
    FrameHead head;
    if (!receive(reinterpret_cast<char*>(&head), sizeof head)) give_up(how_it_ended());
    bool is_answer =
        head.kind == Kind::done || head.kind == Kind::rows || head.kind == Kind::failed;
    if (head.size > (head.kind == Kind::rows ? most : most_frame_bytes))
      give_up("it sent a frame larger than allowed, and its process was ended");
    if (!receive(head)) give_up(how_it_ended());
    if (is_answer) return head;
    try {
      told(head.kind, {bytes_.data(), head.size});
    } catch (...) {
      end();
      throw;
    }
    watch(asked_);
  }
}

}  // namespace homeroom::plugin
