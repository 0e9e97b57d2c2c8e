// What becomes due, what is left out, and who is told, on a clock the test moves.
#include "hub/jobs/scheduler.hpp"

#include <gmock/gmock.h>

#include "hub/record/date.hpp"
#include "hub/store/job_book.hpp"
#include "hub/world/wall_clock.hpp"
#include "hub/world/world.hpp"
#include "tests/jobs/moving_clock.hpp"
#include "tests/settings/refusal.hpp"

namespace homeroom::jobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t minute = 60'000;
constexpr int64_t hour = 60 * minute;
const std::string zone = "America/New_York";

/// Jobs as homeroom.yaml would say them.
settings::Workspace workspace(std::vector<settings::Job> jobs) {
  settings::Workspace workspace;
  workspace.time_zone = zone;
  workspace.jobs = std::move(jobs);
  workspace.alerts.when = {"partial", "failed", "brake", "late"};
  workspace.alerts.webhook = "https://alerts.invalid";
  return workspace;
}

settings::Job daily(const std::string& name, int32_t at = 3 * 60 + 15) {
  settings::Job job;
  job.name = name;
  job.schedule.emplace();
  job.schedule->times = settings::Cron::daily(at);
  return job;
}

settings::Job after(const std::string& name, std::vector<std::string> others) {
  settings::Job job;
  job.name = name;
  job.schedule.emplace();
  job.schedule->after = std::move(others);
  return job;
}

struct House {
  explicit House(std::vector<settings::Job> jobs) : settings(workspace(std::move(jobs))) {
    scheduler.tick();
  }
  /// Minute by minute, as a daemon that is there.
  void pass(int64_t ms) {
    for (int64_t passed = 0; passed < ms; passed += minute) {
      clock.pass(std::min(minute, ms - passed));
      if (running) queue.beat(*running);
      scheduler.expire([](const Item&) { return false; });
      scheduler.tick();
    }
  }
  /// Nobody is there.
  void sleep(int64_t ms) { clock.pass(ms); }
  std::optional<Item> begin() { return queue.claim("run", "worker"); }
  void end(const Item& run, const std::string& outcome) {
    queue.finish(run, outcome, [this](const Item& ended) { scheduler.run_ended(ended); });
  }
  bool run(const std::string& outcome = "succeeded") {
    auto run = begin();
    if (run) end(*run, outcome);
    return run.has_value();
  }
  /// "nightly succeeded", oldest first.
  std::vector<std::string> history() {
    std::vector<std::string> all;
    for (const auto& item : book.newest("", "run", 100))
      all.insert(all.begin(), item.job + ' ' + (item.outcome.empty() ? "open" : item.outcome));
    return all;
  }
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (const auto& item : book.newest("", "alert", 100)) {
      auto text = item.arguments.substr(item.arguments.find('\n') + 1);
      all.insert(all.begin(), item.job + ' ' + text.replace(text.find('\n'), 1, ": "));
    }
    return all;
  }

  std::optional<Item> running;  ///< a worker is at it, and says so
  settings::Workspace settings;
  Timetable timetable{settings};
  store::JobBook book;
  MovingClock clock;
  Queue queue{book, clock.moments(), [] { return 0.5; }};
  Scheduler scheduler{timetable, book, queue, settings.alerts};
};

TEST(Scheduler, StartsAJobAtItsTimeAndOnce) {
  House house({daily("nightly")});
  house.pass(14 * minute);
  EXPECT_FALSE(house.begin());
  house.pass(3 * minute);
  EXPECT_TRUE(house.run());
  house.pass(23 * hour);
  EXPECT_FALSE(house.begin());
  house.pass(hour);
  EXPECT_TRUE(house.run());
  EXPECT_THAT(house.told(), IsEmpty());
}

TEST(Scheduler, MakesUpTheLastMissedRunWithinItsWindow) {
  auto job = daily("nightly");
  job.schedule->catch_up_minutes = 180;
  House house({job});
  house.sleep(2 * 24 * hour + 2 * hour);
  house.scheduler.tick();
  EXPECT_TRUE(house.run());
  EXPECT_FALSE(house.begin());
}

TEST(Scheduler, TellsOfARunThatWasMissedForGood) {
  House house({daily("nightly")});
  house.sleep(2 * hour);
  house.scheduler.tick();
  house.scheduler.tick();
  EXPECT_FALSE(house.begin());
  EXPECT_THAT(house.told(),
              ElementsAre("nightly late: missed: nobody was there to start it in time"));
}

TEST(Scheduler, SkipsOrWaitsWhileTheLastRunStillRuns) {
  auto every = [](settings::Overlap overlap) {
    auto job = daily("frequent");
    job.schedule->times = settings::Cron::read(
        settings::parse("cron: \"*/10 * * * *\"", "homeroom.yaml").find("cron"));
    job.schedule->overlap = overlap;
    return job;
  };
  for (auto overlap : {settings::Overlap::skip, settings::Overlap::wait}) {
    House house({every(overlap)});
    house.pass(10 * minute);
    house.running = house.begin();
    ASSERT_TRUE(house.running);
    house.pass(30 * minute);
    house.end(*house.running, "succeeded");
    auto second = overlap == settings::Overlap::skip ? "frequent skipped" : "frequent open";
    EXPECT_THAT(house.history(),
                ElementsAre("frequent succeeded", second, "frequent skipped", "frequent skipped"));
    EXPECT_THAT(house.told(),
                ElementsAre("frequent late: skipped: its last run has not ended"));  // once
  }
}

TEST(Scheduler, StartsWhatWaitsForOthersWhenAllHaveEndedWellThatDay) {
  House house({daily("sis"), daily("clinic", 3 * 60 + 30), after("send", {"sis", "clinic"})});
  house.pass(20 * minute);
  EXPECT_TRUE(house.run());
  EXPECT_FALSE(house.begin());
  house.pass(20 * minute);
  EXPECT_TRUE(house.run("failed"));
  EXPECT_FALSE(house.begin());
  house.pass(24 * hour);
  EXPECT_TRUE(house.run());
  EXPECT_TRUE(house.run("partial"));
  EXPECT_EQ(house.begin()->job, "send");
}

TEST(Scheduler, TellsOnceWhatIsLate) {
  auto job = daily("nightly");
  job.schedule->done_by = 6 * 60;
  House house({job});
  house.pass(4 * hour);
  EXPECT_THAT(house.told(), ElementsAre("nightly late: late: it has not ended yet"));
  EXPECT_TRUE(house.run());
  house.pass(24 * hour);
  EXPECT_EQ(house.told().size(), 2u);
}

TEST(Scheduler, PausesAfterFailuresInARowUntilAPersonResumes) {
  auto job = daily("nightly");
  job.schedule->pause_after = 2;
  House house({job});
  for (int night = 0; night < 2; ++night) {
    house.pass(24 * hour);
    EXPECT_TRUE(house.run("failed"));
  }
  house.pass(24 * hour);
  EXPECT_FALSE(house.begin());
  EXPECT_THAT(
      house.told(),
      ElementsAre("nightly failed: failed",
                  "nightly failed: failed; the schedule is paused: 2 runs in a row failed"));
  house.scheduler.resume("nightly");
  EXPECT_FALSE(house.begin());
  house.pass(24 * hour);
  EXPECT_TRUE(house.run());
}

TEST(Scheduler, StartsNothingByItselfWhilePausedButWhatAPersonAsksFor) {
  House house({daily("nightly")});
  house.scheduler.pause("nightly", "Testa", "the SIS moves");
  house.pass(24 * hour);
  EXPECT_FALSE(house.begin());
  house.scheduler.trigger({"nightly", {}});
  EXPECT_TRUE(house.run());
}

TEST(Scheduler, CountsABrakeAsNoFailureButTellsOfIt) {
  auto job = daily("nightly");
  job.schedule->pause_after = 1;
  House house({job});
  house.pass(24 * hour);
  house.run("brake");
  EXPECT_THAT(house.told(), ElementsAre("nightly brake: brake"));
  house.pass(24 * hour);
  EXPECT_TRUE(house.run());
}

TEST(Scheduler, TakesUpAnInterruptedRunWithinItsWindowAndGivesItUpBehindIt) {
  for (bool is_in_time : {true, false}) {
    auto job = daily("nightly");
    job.schedule->catch_up_minutes = 120;
    House house({job});
    house.pass(16 * minute);
    ASSERT_TRUE(house.begin());
    house.sleep(is_in_time ? hour : 3 * hour);
    house.scheduler.expire([](const Item&) { return true; });
    EXPECT_EQ(house.begin().has_value(), is_in_time);
    if (!is_in_time) {
      EXPECT_THAT(house.history(), ElementsAre("nightly interrupted"));
    }
  }
}

TEST(Scheduler, PausesWhatEndedItsProcessThreeTimes) {
  House house({daily("nightly")});
  house.pass(16 * minute);
  for (int i = 0; i < 3; ++i)
    house.queue.crashed(*house.begin(), "ended by signal 11",
                        [&](const Item& dead) { house.scheduler.run_ended(dead); });
  EXPECT_THAT(house.told().back(), HasSubstr("paused: a run ended its process 3 times"));
  house.scheduler.resume("nightly");
  house.pass(24 * hour);
  EXPECT_TRUE(house.run());
}

TEST(Scheduler, NeitherRepeatsNorLosesARunWhenTheClockIsSet) {
  for (int64_t jump : {int64_t{1000}, hour, 24 * hour, 400 * 24 * hour})
    for (bool is_forward : {true, false}) {
      House house({daily("nightly")});
      house.pass(16 * minute);
      EXPECT_TRUE(house.run());
      // Set wrong for a while, then right again.
      house.clock.set_wall(house.clock.wall_ms + (is_forward ? jump : -jump));
      house.pass(5 * minute);
      int meanwhile = house.run();
      house.clock.set_wall(house.clock.wall_ms - (is_forward ? jump : -jump));
      house.pass(10 * minute);
      EXPECT_FALSE(house.begin()) << jump;
      house.pass(24 * hour);
      EXPECT_EQ(house.run() + meanwhile, 1) << jump << is_forward;
    }
}

TEST(Scheduler, FillsInMissedDaysInOrderEachWithItsDay) {
  House house({daily("nightly")});
  house.sleep(3 * 24 * hour + hour);
  auto day = [](const char* text) { return *record::parse_iso_date(text); };
  auto count = house.scheduler.backfill({"nightly", {"--set", "data=in/{date}"}}, day("2026-01-14"),
                                        day("2026-01-16"));
  EXPECT_EQ(count, 3u);
  for (const char* date : {"2026-01-14", "2026-01-15", "2026-01-16"}) {
    auto run = house.begin();
    ASSERT_TRUE(run);
    EXPECT_EQ(run->arguments,
              std::string("--set\nrun_date=") + date + "\n--set\ndata=in/" + date + "\n");
    house.end(*run, "succeeded");
  }
  EXPECT_THAT(refusal([&] {
                house.scheduler.backfill({"nightly", {}}, day("2026-01-15"), day("2026-01-16"));
              }),
              HasSubstr("would take the store back"));
  EXPECT_THAT(refusal([&] {
                house.scheduler.backfill({"nightly", {}}, day("2026-01-17"), day("2026-01-20"));
              }),
              HasSubstr("has not been yet"));
}

TEST(Scheduler, FillsInNothingBehindARunThatHasNotEnded) {
  House house({daily("nightly")});
  house.pass(16 * minute);
  auto fill_in = [&] {
    auto day = *record::parse_iso_date("2026-01-12");
    return house.scheduler.backfill({"nightly", {}}, day, day);
  };
  EXPECT_THAT(refusal(fill_in), HasSubstr("has not ended"));
  house.run("failed");
  EXPECT_EQ(fill_in(), 1u);
  EXPECT_THAT(refusal(fill_in), HasSubstr("has not ended"));
}

TEST(Scheduler, TellsTheNumberOfTheRun) {
  House house({daily("nightly")});
  house.pass(16 * minute);
  auto run = *house.begin();
  run.run_number = 412;
  house.end(run, "partial");
  auto alert = house.queue.claim("alert", "worker");
  ASSERT_TRUE(alert);
  EXPECT_EQ(alert->run_number, 412u);
}

TEST(Scheduler, KeepsItsTimesAfterAClockThatWasAYearAheadWhenARunWasTaken) {
  House house({daily("nightly"), after("send", {"nightly"})});
  house.clock.set_wall(house.clock.wall_ms + int64_t{365} * 24 * hour);
  house.scheduler.tick();
  house.pass(16 * minute);
  EXPECT_TRUE(house.run());
  EXPECT_TRUE(house.run());  // send
  house.clock.set_wall(house.clock.wall_ms - int64_t{365} * 24 * hour);
  house.pass(24 * hour);
  EXPECT_TRUE(house.run());
  EXPECT_TRUE(house.run()) << "send waits for the right day";
}

/// What is ready at 03:15, or handed back then, may begin within its window.
TEST(Scheduler, KnowsWhichReadyRunsAreTooOldToBegin) {
  struct Case {
    std::vector<settings::Job> jobs;
    int64_t later;
    bool is_too_late;
  };
  auto patient = daily("nightly");
  patient.schedule->catch_up_minutes = 120;
  for (const auto& [jobs, later, is_too_late] :
       {Case{{daily("nightly")}, minute, false}, Case{{daily("nightly")}, 5 * minute, true},
        Case{{patient}, hour, false}, Case{{patient}, 3 * hour, true}}) {
    House house(jobs);
    house.pass(15 * minute);
    house.sleep(later);
    auto run = house.begin();
    ASSERT_TRUE(run);
    EXPECT_EQ(house.scheduler.is_too_late(*run), is_too_late) << later;
    house.queue.give_back(*run);
    house.sleep(later);
    run = house.begin();
    EXPECT_EQ(house.scheduler.is_too_late(*run), is_too_late)
        << later << " after it was given back";
  }
}

TEST(Scheduler, NeverTakesForTooOldWhatWaitedForAnotherRunOrAPersonAskedFor) {
  auto job = daily("frequent");
  job.schedule->times =
      settings::Cron::read(settings::parse("cron: \"*/10 * * * *\"", "homeroom.yaml").find("cron"));
  job.schedule->overlap = settings::Overlap::wait;
  House house({job});
  house.pass(10 * minute);
  house.running = house.begin();
  house.pass(3 * hour);
  house.end(*std::exchange(house.running, std::nullopt), "succeeded");
  auto waited = house.begin();
  ASSERT_TRUE(waited);
  EXPECT_FALSE(house.scheduler.is_too_late(*waited));
  house.end(*waited, "succeeded");
  house.scheduler.trigger({"frequent", {}});
  house.sleep(24 * hour);
  EXPECT_FALSE(house.scheduler.is_too_late(*house.begin()));
}

TEST(Scheduler, GivesWhatStartsAfterOthersTheRestOfTheDay) {
  House house({daily("nightly", 23 * 60 + 50), after("send", {"nightly"})});
  house.pass(20 * hour + 51 * minute);
  auto nightly = house.begin();
  ASSERT_TRUE(nightly);
  house.running = nightly;
  house.pass(20 * minute);  // it ends behind midnight
  house.end(*std::exchange(house.running, std::nullopt), "succeeded");
  auto send = house.begin();
  ASSERT_TRUE(send);
  EXPECT_FALSE(house.scheduler.is_too_late(*send));
  house.sleep(20 * hour);
  EXPECT_FALSE(house.scheduler.is_too_late(*send));
  house.sleep(5 * hour);
  EXPECT_TRUE(house.scheduler.is_too_late(*send));
}

TEST(Scheduler, SpreadsStartsByJitterTheSameWayEveryTime) {
  auto job = daily("nightly");
  job.schedule->jitter_minutes = 60;
  auto start = [&] {
    House house({job});
    house.pass(16 * minute);
    auto runs = house.book.open("nightly");
    return runs.at(0).not_before_ms - runs.at(0).planned_ms;
  };
  EXPECT_EQ(start(), start());
  EXPECT_GE(start(), 0);
  EXPECT_LT(start(), hour);
}

}  // namespace
}  // namespace homeroom::jobs
