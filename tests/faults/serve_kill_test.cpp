// The daemon and its runs killed at any time, and stopped for longer than their lease: what is left
// behind is done again, what comes back too late writes nothing, and in the end everybody has been
// told once of everything.
#include <iostream>
#include <random>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/faults/content.hpp"
#include "tests/faults/in_memory.hpp"
#include "tests/faults/long_form.hpp"
#include "tests/faults/plans_tool.hpp"
#include "tests/faults/process.hpp"

namespace homeroom::flows {
namespace {

constexpr uint64_t students = 60;

void sleep(int ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

/// `homeroom serve` as a process of its own, whose clock since the machine's start can be put
/// ahead (tests/faults/lease_clock).
class Served {
 public:
  Served(const std::string& command, fs::path log, const fs::path& clock) : log_(std::move(log)) {
    auto line = "exec env LD_PRELOAD=" HOMEROOM_BUILD_DIR
                "/tests/faults/lease_clock.so LEASE_CLOCK=" +
                clock.string() + ' ' + command + " serve --listen 127.0.0.1:0 >/dev/null 2>>" +
                log_.string();
    process_ = ::fork();
    if (process_ == 0) {
      ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
      ::_exit(127);
    }
  }
  ~Served() { end(SIGKILL); }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  void send(int signal) const { ::kill(process_, signal); }
  void end(int signal) {
    if (process_ <= 0) return;
    send(signal);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  /// The run it has started, 0 when there is none now.
  pid_t run() const {
    std::error_code none;
    auto tasks = fs::path("/proc") / std::to_string(process_) / "task";
    for (const auto& task : fs::directory_iterator(tasks, none)) {
      std::istringstream children(District::read(task.path() / "children"));
      if (pid_t child = 0; children >> child) return child;
    }
    return 0;
  }
  /// Work that came back with an older fence, as /metrics counts it.
  int fenced() const {
    auto text = get("/metrics");
    auto at = text.rfind("\nhomeroom_fenced_total ");
    return at == text.npos ? 0 : std::atoi(text.c_str() + at + 23);
  }

 private:
  int port() const {
    auto text = District::read(log_);
    auto at = text.rfind("\"port\":\"");
    return at == text.npos ? 0 : std::atoi(text.c_str() + at + 8);
  }
  std::string get(const std::string& path) const {
    int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string text;
    auto ask = "GET " + path + " HTTP/1.0\r\n\r\n";
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
        ::send(socket, ask.data(), ask.size(), MSG_NOSIGNAL) > 0) {
      char piece[4096];
      for (ssize_t got; (got = ::recv(socket, piece, sizeof piece, 0)) > 0;)
        text.append(piece, static_cast<std::size_t>(got));
    }
    ::close(socket);
    return text;
  }

  fs::path log_;
  pid_t process_ = 0;
};

class Serve : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_preload) GTEST_SKIP() << "nothing is loaded before a program with sanitizers";
    send_to_tool(district_, tool_.url(), 30);
    tell_of_all(district_);
    District::replace(district_.workspace("homeroom.yaml"),
                      "nightly:        {sources: all, destinations: all}",
                      "nightly: {sources: all, destinations: all, at: \"03:15\"}");
    flip();
    begin();
  }

  std::string command() const { return district_.command("hub", "now"); }
  /// Today's files are those of the other day.
  void flip() {
    auto now = district_.data("now");
    fs::remove(now);
    fs::create_directory_symlink(district_.data(is_day_2_ ? "day1" : "day2-full"), now);
    is_day_2_ = !is_day_2_;
  }
  void begin() {
    served_ = std::make_unique<Served>(command(), district_.folder() / "serve.log",
                                       district_.folder() / "clock");
  }
  nlohmann::json schedule(const std::string& words) const {
    return district_.say(command() + " schedule " + words).report;
  }
  /// A run is to begin; one that died three times is forgotten.
  void ask_for_a_run() {
    flip();
    schedule("resume nightly");
    schedule("trigger nightly");
  }
  /// Waits until a run goes on; asks for it again when the last one has died for the third time.
  pid_t begun() {
    for (int asked = 0; asked < 20; ++asked) {
      ask_for_a_run();
      for (int n = 0; n < 400; ++n, sleep(5))
        if (auto run = served_->run()) return run;
    }
    return 0;
  }
  int last_run() const {
    auto last = schedule("list")["schedules"][0]["last"];
    return last.is_object() ? last["run"].get<int>() : 0;
  }
  bool is_at_rest() const {
    auto job = schedule("list")["schedules"][0];
    return job["waiting"] == 0 && job["last"]["status"] == "succeeded" && served_->run() == 0;
  }
  /// A run that was asked for begins a moment later, so rest must last.
  bool stays_at_rest() const {
    for (int n = 0; n < 20; ++n, sleep(100))
      if (!is_at_rest()) return false;
    return true;
  }
  /// One more run of each day ends well.
  void come_to_rest() {
    for (int runs = 0; runs < 2; ++runs) {
      auto before = last_run();
      ask_for_a_run();
      auto is_done = [&] { return last_run() > before && stays_at_rest(); };
      for (int n = 0; n < 600 && !is_done(); ++n, sleep(100)) {
        if (schedule("list")["schedules"][0]["paused"].is_null()) continue;
        schedule("resume nightly");  // the last kill was the third of its run
        schedule("trigger nightly");
      }
      ASSERT_TRUE(is_at_rest()) << District::read(district_.folder() / "serve.log");
    }
  }

  /// Files, tool and store say the same, and what a store says that nobody disturbed.
  void expect_all_told() {
    auto books = tool_.books();
    EXPECT_EQ(books.contradicted, 0u);
    EXPECT_FALSE(content_of(district_.folder(), "hub").empty());
    auto shares = shares_of(district_.folder(), "hub", "plans_tool");
    ASSERT_GE(shares.size(), students);
    EXPECT_EQ(books.students.size(), shares.size());
    for (const auto& [id, share] : shares) {
      EXPECT_TRUE(share.is_settled);
      EXPECT_EQ(books.students[id].sequence, share.sequence);
      EXPECT_EQ(books.students[id].digest, share.digest);
      EXPECT_TRUE(std::ranges::is_sorted(books.acted[id]));
    }
    for (const char* part : {".keys", ".keys.keydb"})
      fs::copy_file(district_.folder() / (std::string("hub") + part),
                    district_.folder() / (std::string("calm") + part));
    District::make_unused(district_.folder() / "calm.keys");
    tool_.open({});
    ASSERT_EQ(district_.night("calm", is_day_2_ ? "day2-full" : "day1").exit_code, 0);
    for (const char* file : {"record.ndjson", "nurses.ndjson", "success_plans.ndjson"})
      EXPECT_EQ(
          District::read(district_.out("hub", file)) == District::read(district_.out("calm", file)),
          true)
          << file;
  }

  InMemory in_memory_;
  District district_{students};
  TakingTool tool_;
  bool is_day_2_ = true;
  std::unique_ptr<Served> served_;
};

TEST_F(Serve, KilledWithItsRunsLosesAndDoublesNothing) {
  std::mt19937 dice(3);
  int wanted = is_long() ? 500 : 6, daemons = 0, runs = 0;
  while (daemons + runs < wanted) {
    auto run = begun();
    ASSERT_GT(run, 0) << District::read(district_.folder() / "serve.log");
    sleep(static_cast<int>(dice() % 250));
    if (dice() % 2) {
      runs += ::kill(run, SIGKILL) == 0;
    } else {
      ++daemons;
      served_->end(SIGKILL);
      begin();
    }
  }
  come_to_rest();
  served_->end(SIGTERM);
  expect_all_told();
  std::cout << runs << " runs and " << daemons << " daemons killed\n";
  EXPECT_GT(runs, 0);
  EXPECT_GT(daemons, 0);
}

TEST_F(Serve, StoppedForLongerThanItsLeaseWritesNothingTooLate) {
  constexpr int64_t beyond_the_lease_ms = 90'000;
  int wanted = is_long() ? 50 : 3, times = 0;
  for (; times < wanted || (times < 20 && served_->fenced() == 0); ++times) {
    ASSERT_GT(begun(), 0) << District::read(district_.folder() / "serve.log");
    served_->send(SIGSTOP);
    sleep(times % 2 ? 600 : 0);  // the run ends meanwhile, or goes on
    std::ofstream(district_.folder() / "clock") << (times + 1) * beyond_the_lease_ms;
    served_->send(SIGCONT);
    sleep(300);
  }
  come_to_rest();
  int fenced = served_->fenced();
  served_->end(SIGTERM);
  expect_all_told();
  std::cout << times << " times stopped, " << fenced << " late writes fenced\n";
  EXPECT_GT(fenced, 0);
}

}  // namespace
}  // namespace homeroom::flows
