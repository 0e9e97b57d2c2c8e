// What the daemon makes of how a run's process ended, with the run itself played by the test.
#include "hub/jobs/daemon.hpp"

#include <functional>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>

#include "hub/store/job_book.hpp"
#include "tests/jobs/moving_clock.hpp"

namespace homeroom::jobs {
namespace {

constexpr int64_t minute = 60'000;

/// A daemon with one run that is due, which works until that run has been settled.
struct House {
  House() : settings(make_settings()) {
    scheduler.tick();
    clock.pass(15 * minute);
    scheduler.tick();
  }
  static settings::Workspace make_settings() {
    settings::Workspace workspace;
    workspace.time_zone = "America/New_York";
    workspace.jobs.emplace_back().name = "nightly";
    workspace.jobs[0].schedule.emplace().times = settings::Cron::daily(3 * 60 + 15);
    workspace.alerts.when = {"failed", "late"};
    workspace.alerts.webhook = "https://alerts.invalid";
    return workspace;
  }
  /// What the book says of the run after the daemon has stopped.
  Item after(const std::function<RunEnd()>& run) {
    Daemon daemon({timetable, book, queue, scheduler, log, stop, "this daemon", true,
                   [&](const Item&, const std::function<bool()>&) { return run(); },
                   [](const Item&) {}, [this](const Item&, const RunEnd&) { stop.ask(); }});
    daemon.work();
    return book.newest("nightly", "run", 1).at(0);
  }

  settings::Workspace settings;
  Timetable timetable{settings};
  store::JobBook book;
  MovingClock clock;
  Queue queue{book, clock.moments(), [] { return 0.5; }};
  Scheduler scheduler{timetable, book, queue, settings.alerts};
  std::ostringstream said;
  world::Log log{{}, said};
  world::Cancel stop;
};

RunEnd end_of(RunEnd::Kind kind, const std::string& outcome) {
  RunEnd end;
  end.kind = kind;
  end.outcome = outcome;
  return end;
}

/// systemd tells the daemon and its runs to stop in one go.
TEST(Daemon, BeginsARunAgainThatWasToldToEndTogetherWithIt) {
  for (auto kind : {RunEnd::Kind::ended, RunEnd::Kind::crashed}) {
    House house;
    auto run = house.after([&] {
      house.stop.ask();
      return end_of(kind, "cancelled");
    });
    EXPECT_EQ(run.state, ItemState::ready);
    EXPECT_EQ(run.crashes, 0u);
    EXPECT_EQ(run.attempt, 0u);
  }
}

TEST(Daemon, TakesARunThatAPersonEndedForAFailedOne) {
  House house;
  auto run = house.after([] { return end_of(RunEnd::Kind::ended, "cancelled"); });
  EXPECT_EQ(run.state, ItemState::done);
  EXPECT_EQ(run.outcome, "failed");
}

TEST(Daemon, TellsOfARunThatIsSkippedBecauseTheStoreWasLocked) {
  House house;
  auto run = house.after([&] {
    house.clock.pass(2 * minute);
    auto end = end_of(RunEnd::Kind::locked, "failed");
    end.says = "another run holds the store";
    return end;
  });
  EXPECT_EQ(run.outcome, "skipped");
  auto alerts = house.book.newest("nightly", "alert", 9);
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].arguments, "webhook\nlate\nskipped: another run holds the store");
}

TEST(Daemon, DoesNotBeginARunThatStoodReadyWhileNobodyWasThere) {
  House house;
  house.clock.pass((2 * 24 + 5) * 60 * minute);
  bool has_begun = false;
  std::thread ends([&] {
    while (house.book.newest("nightly", "run", 1).at(0).outcome.empty())
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    house.stop.ask();
  });
  auto run = house.after([&] {
    has_begun = true;
    return end_of(RunEnd::Kind::ended, "succeeded");
  });
  ends.join();
  EXPECT_FALSE(has_begun);
  EXPECT_EQ(run.outcome, "interrupted");
  EXPECT_EQ(run.last_error, "nobody was there to begin it in time");
}

}  // namespace
}  // namespace homeroom::jobs
