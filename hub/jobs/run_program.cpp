#include "hub/jobs/run_program.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sstream>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hub/jobs/queue.hpp"
#include "hub/world/trouble.hpp"

namespace homeroom::jobs {

namespace {

constexpr std::size_t most_bytes = 64 << 20;     ///< of a report
constexpr rlim_t alone_bytes = rlim_t{2} << 30;  ///< of memory, for a run that crashed before
constexpr double patience_s = 10;
constexpr int most_last_pieces = 64;  ///< more than pipes hold

/// Both ends of a pipe.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw world::trouble(errno, "open a pipe to", "a run");
    from = world::File(ends[0]);
    to = world::File(ends[1]);
  }
  world::File from, to;
};

/// The process of one run, and what it starts: a group of its own.
class Process {
 public:
  Process(const std::vector<std::string>& words, bool has_little_memory) {
    std::vector<char*> pointers;
    for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
    pointers.push_back(nullptr);
    auto parent = getpid();
    id_ = fork();
    if (id_ < 0) throw world::trouble(errno, "start", words[0]);
    if (id_ == 0) become(pointers, parent, has_little_memory);
    setpgid(id_, id_);  // the child does so too; whoever is first
    out_.to = world::File();
    error_.to = world::File();
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (id_ > 0) end();
  }

  /// Reads a piece of what is said, for which it waits so long at most. False when nothing came.
  bool read(int wait_ms, std::string& out, std::string& error) {
    std::array<pollfd, 2> ends = {
        {{out_.from.descriptor(), POLLIN, 0}, {error_.from.descriptor(), POLLIN, 0}}};
    if (poll(ends.data(), ends.size(), wait_ms) <= 0) return false;
    if (ends[0].revents) take(out_.from, out);
    if (ends[1].revents) take(error_.from, error);
    return true;
  }
  void ask(int signal) const { kill(-id_, signal); }
  /// Not whether its ends are closed: what it started may hold them open for ever, and who has
  /// closed them may still hang.
  bool has_ended() const {
    siginfo_t info{};
    int answer = waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT);
    return answer == 0 && info.si_pid == id_;
  }
  /// Ends what is left of the group. The status of the process, as waitpid() says it.
  int end() {
    ask(SIGKILL);
    int status = 0;
    while (waitpid(id_, &status, 0) < 0 && errno == EINTR) continue;
    id_ = 0;
    return status;
  }

 private:
  /// Between fork and exec nothing may allocate: other threads of the daemon may hold any lock.
  [[noreturn]] void become(const std::vector<char*>& words, pid_t parent, bool has_little_memory) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    setpgid(0, 0);  // Ctrl-C is for the daemon, which asks its runs in order
    dup2(out_.to.descriptor(), STDOUT_FILENO);
    dup2(error_.to.descriptor(), STDERR_FILENO);
    close_range(STDERR_FILENO + 1, ~0U, 0);
    rlimit memory{alone_bytes, alone_bytes};
    if (has_little_memory) setrlimit(RLIMIT_AS, &memory);
    execv(words[0], words.data());
    _exit(126);
  }

  static void take(world::File& from, std::string& into) {
    char piece[16384];
    auto got = ::read(from.descriptor(), piece, sizeof piece);
    if (got > 0 && into.size() < most_bytes) into.append(piece, static_cast<std::size_t>(got));
    if (got == 0 || (got < 0 && errno != EINTR)) from = world::File();
  }

  Pipe out_, error_;
  pid_t id_ = -1;
};

void take_report(const std::string& out, RunEnd& end) {
  auto report = nlohmann::json::parse(out, nullptr, false);
  if (!report.is_object()) return;
  end.outcome = report.value("status", "failed");
  end.run = std::strtoull(report.value("run", "0").c_str(), nullptr, 10);
  end.seconds = report.value("seconds", 0.0);
  for (const auto& line : report.value("trouble", nlohmann::json::array()))
    if (line.is_string()) end.says += (end.says.empty() ? "" : "; ") + line.get<std::string>();
  for (const auto& source : report.value("sources", nlohmann::json::array()))
    for (const auto& stream : source.value("streams", nlohmann::json::array()))
      for (const char* count :
           {"mapped", "unchanged", "filtered", "refused", "removals", "quarantined"})
        end.records[count] += stream.value(count, uint64_t{0});
}

RunEnd end_of(int status, const std::string& out, bool was_asked) {
  RunEnd end;
  end.says.clear();
  if (WIFSIGNALED(status)) {
    end.kind = was_asked ? RunEnd::Kind::stopped : RunEnd::Kind::crashed;
    end.says = "the run's process was ended by signal " + std::to_string(WTERMSIG(status));
    if (WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGINT) end.outcome = "cancelled";
    return end;
  }
  end.outcome = "failed";
  take_report(out, end);
  // Not its last words on standard error: they are for the log, and this goes into alerts.
  if (end.says.empty() && end.outcome == "failed")
    end.says = "ended with exit code " + std::to_string(WEXITSTATUS(status)) + "; see the log";
  if (WEXITSTATUS(status) == 5) {
    end.kind = RunEnd::Kind::locked;
    end.says = "another run holds the store";
  }
  if (was_asked && (end.outcome == "cancelled" || end.outcome == "failed"))
    end.kind = RunEnd::Kind::stopped;
  return end;
}

std::vector<std::string> words_of(const std::string& lines) {
  std::vector<std::string> words;
  std::istringstream in(lines);
  for (std::string word; std::getline(in, word);) words.push_back(word);
  return words;
}

}  // namespace

RunEnd RunProgram::run(const Item& item, const std::function<bool()>& must_stop) const {
  std::vector<std::string> words{program_.string()};
  words.insert(words.end(), front_.begin(), front_.end());
  auto more = words_of(item.arguments);
  words.insert(words.end(), more.begin(), more.end());
  words.insert(words.end(), {"--output", "json", "run", item.job});
  Process process(words, item.crashes >= alone_after_crashes);
  std::string out, error;
  std::size_t logged = 0;
  double asked_at = 0;
  auto log_lines = [&] {
    for (auto end = error.find('\n', logged); end != std::string::npos;
         end = error.find('\n', logged)) {
      log_.info(std::string_view(error).substr(logged, end - logged), {{"run", item.run}});
      logged = end + 1;
    }
  };
  while (!process.has_ended()) {
    process.read(200, out, error);
    log_lines();
    bool was_asked = asked_at > 0;
    if (was_asked && world::steady_seconds() - asked_at > patience_s) process.ask(SIGKILL);
    if (was_asked || !must_stop()) continue;
    asked_at = world::steady_seconds();
    process.ask(SIGTERM);
  }
  auto status = process.end();
  for (int i = 0; i < most_last_pieces && process.read(0, out, error); ++i) continue;
  log_lines();
  return end_of(status, out, asked_at > 0);
}

}  // namespace homeroom::jobs
