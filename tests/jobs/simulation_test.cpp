// Scheduler and queue on a virtual clock, with faults drawn from a seed: kills, frozen workers,
// failing commits, clocks that are set, machines that start again. Each seed is a district of its
// own; a failing one is named and can be run alone: HOMEROOM_SEED=N. HOMEROOM_SEEDS=100000 is the
// long form.
#include <cstdlib>
#include <random>
#include <set>

#include <gmock/gmock.h>

#include "hub/jobs/scheduler.hpp"
#include "hub/store/job_book.hpp"
#include "tests/jobs/moving_clock.hpp"

namespace homeroom::jobs {
namespace {

constexpr int64_t second = 1000;
constexpr int64_t minute = 60 * second;
constexpr int64_t hour = 60 * minute;

struct CommitFailed : std::runtime_error {
  CommitFailed() : std::runtime_error("the disk is full") {}
};

/// Some commits fail after everything was written.
class FaultyBook : public store::JobBook {
 public:
  std::function<bool()> fails;
  void atomically(const std::function<void()>& change) override {
    JobBook::atomically([&] {
      change();
      if (fails && fails()) throw CommitFailed();
    });
  }
  std::optional<Item> claim(const std::string& step, int64_t now_ms, const std::string& owner,
                            const std::string& boot, int64_t lease_until) override {
    std::optional<Item> claimed;
    atomically([&] { claimed = JobBook::claim(step, now_ms, owner, boot, lease_until); });
    return claimed;
  }
  bool extend(uint64_t id, uint64_t fence, int64_t lease_until) override {
    bool is_mine = false;
    atomically([&] { is_mine = JobBook::extend(id, fence, lease_until); });
    return is_mine;
  }
};

/// What all seeds together have seen: a simulation in which nothing happens proves nothing.
struct Seen {
  uint64_t runs = 0, fenced = 0, kills = 0, failed_commits = 0, jumps = 0, dead = 0, skipped = 0,
           missed = 0, waited = 0, alerts = 0, given_up = 0;
};

class Simulation {
 public:
  Simulation(uint64_t seed, Seen& seen) : random_(seed), seen_(seen), settings_(make_settings()) {
    book_.fails = [this] { return are_faults_on_ && one_in(20) && ++seen_.failed_commits; };
    scheduler_.tick();
    last_tick_ms_ = clock_.wall_ms;
  }

  void live() {
    are_faults_on_ = true;
    for (int i = 0; i < 40 && !testing::Test::HasFailure(); ++i) {
      try {
        step();
      } catch (const CommitFailed&) {
        continue;  // whoever it was tries again later
      }
      expect_one_lease_for_each_job();
    }
  }

  /// Without faults everything that is open comes to an end, but what is dead and what it holds
  /// back.
  void come_to_rest() {
    are_faults_on_ = false;
    workers_.clear();
    for (int i = 0; i < 100; ++i) {
      clock_.pass(2 * hour);  // also what a clock set back has put off for days
      scheduler_.expire([](const Item&) { return true; });
      while (auto item = queue_.claim("run", "last")) finish(*item, "succeeded");
      if (is_at_rest()) break;
    }
    EXPECT_TRUE(is_at_rest());
    for (const auto& [run, times] : ended_) EXPECT_EQ(times, 1) << run << " ended more than once";
    look_back();
  }

 private:
  struct Worker {
    Item item;
    bool is_frozen = false;
  };

  bool one_in(uint64_t n) { return random_() % n == 0; }
  int64_t up_to(int64_t most) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(most + 1));
  }

  settings::Workspace make_settings() {
    settings::Workspace workspace;
    workspace.time_zone = one_in(2) ? "America/New_York" : "Australia/Lord_Howe";
    workspace.alerts.when = {"partial", "failed", "brake", "late"};
    workspace.alerts.webhook = "https://alerts.invalid";
    auto add = [&](const char* name) -> settings::Schedule& {
      auto& job = workspace.jobs.emplace_back();
      job.name = name;
      job.schedule.emplace();
      job.schedule->overlap = one_in(2) ? settings::Overlap::skip : settings::Overlap::wait;
      job.schedule->catch_up_minutes = up_to(3) * 60;
      job.schedule->jitter_minutes = up_to(2) * 5;
      return *job.schedule;
    };
    auto& nightly = add("nightly");
    nightly.times = settings::Cron::daily(static_cast<int32_t>(up_to(24 * 60 - 1)));
    nightly.done_by = 6 * 60;
    static const auto every_two_hours = settings::Cron::read(
        settings::parse("cron: \"0 */2 * * *\"", "homeroom.yaml").find("cron"));
    add("frequent").times = every_two_hours;
    add("send").after = {"nightly"};
    return workspace;
  }

  void step() {
    switch (random_() % 16) {
      case 0:
      case 1:
      case 2:
      case 3:
        return pass(up_to(3 * hour));
      case 4:
        return pass(up_to(90 * second));
      case 5:
      case 6:
      case 7:
        return tick();
      case 8:
        return scheduler_.expire([this](const Item& item) { return item.owner != owner_; });
      case 9:
      case 10:
        return begin();
      case 11:
      case 12:
        return end();
      case 13:
        return freeze();
      case 14:
        return one_in(4) ? restart() : tick();
      default:
        return one_in(6) ? set_the_clock() : by_a_person();
    }
  }

  /// Workers that are well say so all the time.
  void pass(int64_t ms) {
    clock_.pass(ms);
    for (auto& worker : workers_)
      if (!worker.is_frozen && !queue_.beat(worker.item)) worker.is_frozen = true;
  }

  void tick() {
    scheduler_.tick();
    expect_what_was_due_to_be_there();
    last_tick_ms_ = clock_.wall_ms;
  }

  void expect_what_was_due_to_be_there() {
    if (has_jumped_) return;
    for (const auto& [job, plan] : timetable_.entries()) {
      std::optional<int64_t> last;
      for (auto due = plan.next(last_tick_ms_); due && *due <= clock_.wall_ms;
           due = plan.next(*due))
        last = due;
      if (!last) continue;
      auto is_of_then = [&](const Item& item) { return item.planned_ms == *last; };
      auto runs = book_.newest(job->name, "run", 20);
      auto missed = book_.newest(job->name, "missed", 5);
      auto paused = book_.schedule(job->name)->paused_ms;
      EXPECT_TRUE(std::ranges::any_of(runs, is_of_then) ||
                  std::ranges::any_of(missed, is_of_then) || paused > 0)
          << job->name << " was due and is nowhere";
    }
  }

  void begin() {
    if (workers_.size() >= 3) return;
    auto item = queue_.claim("run", owner_);
    if (!item) return;
    if (!scheduler_.is_too_late(*item)) return workers_.push_back({*item, false});
    ++seen_.given_up;
    finish(*item, "interrupted");
  }

  void finish(const Item& item, const std::string& outcome) {
    bool has_ended =
        queue_.finish(item, outcome, [this](const Item& run) { scheduler_.run_ended(run); });
    if (has_ended) ++ended_[item.run];
    seen_.runs += has_ended;
  }

  void end() {
    if (workers_.empty()) return;
    auto at = static_cast<std::ptrdiff_t>(random_() % workers_.size());
    auto item = workers_[static_cast<std::size_t>(at)].item;
    auto ended = [this](const Item& run) { scheduler_.run_ended(run); };
    switch (random_() % 8) {
      case 0:
        finish(item, "failed");
        break;
      case 1:
        finish(item, "partial");
        break;
      case 2:
        finish(item, "brake");
        break;
      case 3:
        queue_.crashed(item, "ended by signal 9", ended);
        break;
      case 4:
        seen_.waited += queue_.postpone(item, "locked", 10 * second);
        break;
      case 5:
        queue_.give_back(item);
        break;
      default:
        finish(item, "succeeded");
    }
    workers_.erase(workers_.begin() + at);
  }

  /// It does not beat any more, but may come back and write.
  void freeze() {
    if (!workers_.empty()) workers_[random_() % workers_.size()].is_frozen = true;
  }

  /// The daemon is killed; now and then the machine goes down with it.
  void restart() {
    ++seen_.kills;
    owner_ += '+';
    bool is_machine = one_in(3);
    if (is_machine) {
      clock_.boot += '+';
      clock_.since_boot_ms = 0;
      workers_.clear();
    } else {
      for (auto& worker : workers_) worker.is_frozen = true;  // a process that hangs may outlive it
    }
    scheduler_.expire([this](const Item& item) { return item.owner != owner_; });
  }

  void set_the_clock() {
    ++seen_.jumps;
    has_jumped_ = true;
    clock_.set_wall(clock_.wall_ms + up_to(4 * 24 * hour) - 2 * 24 * hour);
  }

  void by_a_person() {
    const char* job = one_in(2) ? "nightly" : "frequent";
    switch (random_() % 4) {
      case 0:
        scheduler_.pause(job, "Testa", "the SIS moves");
        break;
      case 1:
        scheduler_.trigger({job, {}});
        break;
      default:
        scheduler_.resume(job);
    }
  }

  void expect_one_lease_for_each_job() {
    std::set<std::string> leased;
    for (const auto& item : book_.leased())
      EXPECT_TRUE(leased.insert(item.order_key).second) << item.order_key << " is leased twice";
  }

  bool is_at_rest() {
    for (const char* job : {"nightly", "frequent", "send"}) {
      auto open = book_.open(job);
      if (!open.empty() && open.front().state != ItemState::dead) return false;
    }
    return true;
  }

  void look_back() {
    seen_.fenced += queue_.fenced();
    seen_.dead += book_.counts()[ItemState::dead];
    seen_.missed += book_.newest("", "missed", 100).size();
    seen_.alerts += book_.newest("", "alert", 100).size();
    for (const auto& run : book_.newest("", "run", 200)) seen_.skipped += run.outcome == "skipped";
  }

  std::mt19937_64 random_;
  Seen& seen_;
  settings::Workspace settings_;
  Timetable timetable_{settings_};
  FaultyBook book_;
  MovingClock clock_;
  Queue queue_{book_, clock_.moments(), [this] { return static_cast<double>(up_to(1000)) / 1000; }};
  Scheduler scheduler_{timetable_, book_, queue_, settings_.alerts};
  std::vector<Worker> workers_;
  std::map<std::string, int> ended_;
  std::string owner_ = "daemon";
  int64_t last_tick_ms_ = 0;
  bool has_jumped_ = false;
  bool are_faults_on_ = false;
};

uint64_t said(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// A quarter of the seeds each, so that cores share them.
class SimulatedDistricts : public testing::TestWithParam<uint64_t> {};

TEST_P(SimulatedDistricts, LoseNothingDoubleNothingAndComeToRest) {
  auto only = said("HOMEROOM_SEED", 0);
  auto seeds = said("HOMEROOM_SEEDS", 20'000) / 4;
  Seen seen;
  for (uint64_t i = 0; i < seeds && !HasFailure(); ++i) {
    auto seed = only ? only : GetParam() * 1'000'000'000 + i + 1;
    SCOPED_TRACE("HOMEROOM_SEED=" + std::to_string(seed));
    Simulation simulation(seed, seen);
    simulation.live();
    simulation.come_to_rest();
    if (only) return;
  }
  for (auto count : {seen.runs, seen.fenced, seen.kills, seen.failed_commits, seen.jumps, seen.dead,
                     seen.skipped, seen.missed, seen.waited, seen.alerts, seen.given_up})
    EXPECT_GT(count, seeds / 1000);
}

INSTANTIATE_TEST_SUITE_P(Quarters, SimulatedDistricts, testing::Range<uint64_t>(0, 4));

}  // namespace
}  // namespace homeroom::jobs
