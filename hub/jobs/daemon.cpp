#include "hub/jobs/daemon.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "homeroom/error.hpp"

namespace homeroom::jobs {

namespace {

/// By thread, for the log.
constexpr std::array<const char*, 3> step_names = {"look at schedules", "begin a run",
                                                   "send an alert"};
constexpr double longest_silence_s = 120;  ///< a mail server may keep quiet for 15
constexpr double drain_s = 30;
constexpr int64_t locked_wait_ms = 10'000;
constexpr int64_t kept_ms = int64_t{90} * 24 * 3600 * 1000;  ///< of what ended

}  // namespace

void Daemon::work() {
  std::thread runs([this] { do_runs(); });
  std::thread people([this] { tell_people(); });
  look_at_the_clock();
  runs.join();
  people.join();
}

bool Daemon::is_alive() const {
  auto now = world::steady_seconds();
  return std::ranges::all_of(moved_, [&](const auto& at) {
    double moved = at.load();
    return moved == 0 || now - moved < longest_silence_s;
  });
}

bool Daemon::is_able() const {
  auto now = world::steady_seconds();
  return std::ranges::none_of(setbacks_, [&](const auto& one) { return one.lasts(now); });
}

/// Does `step` until it is time to stop, at once again when it has done something. What it throws
/// is logged: a full disk or a locked file goes away, and the work is still there then.
void Daemon::repeat(Thread thread, const std::function<bool()>& step) {
  while (!parts_.stop.cancelled()) {
    moved_[thread] = world::steady_seconds();
    auto& setback = setbacks_[thread];
    bool has_worked = false;
    try {
      has_worked = step();
      if (auto over = setback.worked(world::steady_seconds()))
        parts_.log.info("it works again", {{"event", "step_works_again"},
                                           {"step", step_names[thread]},
                                           {"failed", std::to_string(over->times)},
                                           {"seconds", std::to_string(over->seconds)}});
    } catch (const std::exception& error) {
      if (setback.failed(world::steady_seconds()))
        parts_.log.error(error.what(), {{"event", "step_failed"},
                                        {"step", step_names[thread]},
                                        {"failed", std::to_string(setback.times())}});
    }
    if (has_worked) continue;
    wait(setback.pause());
  }
  moved_[thread] = 0;
  changed_.notify_all();
}

/// A part at a time, so that whoever says stop need not wait for it.
void Daemon::wait(std::chrono::milliseconds pause) {
  std::unique_lock lock(mutex_);
  for (; pause.count() > 0 && !parts_.stop.cancelled(); pause -= Setback::shortest_pause)
    changed_.wait_for(lock, Setback::shortest_pause);
}

void Daemon::look_at_the_clock() {
  bool is_first = true;
  int64_t forgot_at = 0;
  repeat(clock, [&] {
    parts_.scheduler.expire(
        [this](const Item& item) { return parts_.is_alone && item.owner != parts_.owner; });
    if (std::exchange(is_first, false))
      parts_.log.info("schedules are looked at", {{"event", "started"}});
    parts_.scheduler.tick();
    auto now = parts_.queue.now().since_boot_ms;
    if (now - forgot_at > 3600'000) {
      parts_.memory.forget_ended(parts_.queue.now().wall_ms - kept_ms);
      forgot_at = now;
    }
    return false;
  });
}

void Daemon::do_runs() {
  repeat(runner, [this] { return do_run(); });
}

void Daemon::tell_people() {
  repeat(teller, [this] { return tell(); });
}

bool Daemon::must_stop(const Item& run, double& last_beat) {
  auto now = world::steady_seconds();
  moved_[runner] = now;
  if (parts_.stop.cancelled()) {
    if (stop_since_ == 0) stop_since_ = now;
    if (now - stop_since_ > drain_s) return true;
  }
  if (now - last_beat < heartbeat_ms / 1000.0) return false;
  try {
    if (!parts_.queue.beat(run)) return true;
    last_beat = now;
    beats_.worked(now);
  } catch (const Error& error) {
    if (beats_.failed(now))
      parts_.log.error(error.what(), {{"event", "beat_failed"}, {"run", run.run}});
  }
  // Who could not beat for two thirds of the lease stops before somebody else begins.
  return now - last_beat > lease_ms / 1000.0 * 2 / 3;
}

bool Daemon::do_run() {
  auto claimed = parts_.queue.claim("run", parts_.owner);
  if (!claimed) return false;
  const auto& jobs = parts_.timetable.entries();
  auto entry = std::ranges::find(jobs, claimed->job, [](const auto& one) { return one.job->name; });
  if (entry == jobs.end()) {
    parts_.queue.finish(*claimed, "skipped");  // the file has changed since
    return true;
  }
  if (is_given_up(*claimed)) return true;
  parts_.log.info("a run begins", {{"event", "run_begins"},
                                   {"run", claimed->run},
                                   {"job", claimed->job},
                                   {"attempt", std::to_string(claimed->attempt)}});
  auto last_beat = world::steady_seconds();
  RunEnd end;
  try {
    end = parts_.run(*claimed, [&] { return must_stop(*claimed, last_beat); });
  } catch (
      const std::exception& error) {  // the job step: the run has not ended, the daemon goes on
    end.kind = RunEnd::Kind::crashed;
    end.says = error.what();
  }
  if (end.outcome == "cancelled") {
    // Not by us: who stops us told it as well, as systemd does, or a person told it alone.
    if (parts_.stop.cancelled()) end.kind = RunEnd::Kind::stopped;
    end.outcome = "failed";
  }
  log_end(*claimed, end);
  settle(*claimed, end);
  parts_.ended(*claimed, end);
  return true;
}

/// One that stood ready while nobody was there may not begin in the middle of a school day.
bool Daemon::is_given_up(const Item& run) {
  if (!parts_.scheduler.is_too_late(run)) return false;
  auto item = run;
  item.last_error = "nobody was there to begin it in time";
  parts_.log.warn(item.last_error, {{"event", "run_given_up"}, {"run", run.run}, {"job", run.job}});
  parts_.queue.finish(item, "interrupted",
                      [this](const Item& ended) { parts_.scheduler.run_ended(ended); });
  return true;
}

int64_t Daemon::patience_ms(const Item& run) const {
  const auto& schedule = *parts_.timetable.entry(run.job).job->schedule;
  if (run.is_by_person || schedule.overlap == settings::Overlap::wait) return INT64_MAX;
  return std::max<int64_t>((schedule.catch_up_minutes + schedule.jitter_minutes) * 60'000, 60'000);
}

void Daemon::settle(const Item& run, const RunEnd& end) {
  auto item = run;
  item.run_number = end.run;
  item.last_error = end.says;
  auto then = [this](const Item& ended) { parts_.scheduler.run_ended(ended); };
  switch (end.kind) {
    case RunEnd::Kind::ended:
      parts_.queue.finish(item, end.outcome, then);
      break;
    case RunEnd::Kind::crashed:
      parts_.queue.crashed(item, end.says, then);
      break;
    case RunEnd::Kind::stopped:
      parts_.queue.give_back(item);
      break;
    case RunEnd::Kind::locked:
      if (parts_.queue.now().wall_ms - run.planned_ms < patience_ms(run))
        parts_.queue.postpone(item, end.says, locked_wait_ms);
      else
        parts_.queue.finish(item, "skipped",
                            [this](const Item& ended) { parts_.scheduler.tell_skipped(ended); });
      break;
  }
}

void Daemon::log_end(const Item& run, const RunEnd& end) const {
  static constexpr std::array<const char*, 4> kinds = {"ended", "locked", "crashed", "stopped"};
  auto kind = kinds[static_cast<std::size_t>(end.kind)];
  bool is_good = end.outcome == "succeeded" && end.kind == RunEnd::Kind::ended;
  parts_.log.say(is_good ? world::Level::info : world::Level::warn,
                 end.says.empty() ? "a run ended" : end.says,
                 {{"event", "run_ends"},
                  {"run", run.run},
                  {"job", run.job},
                  {"how", kind},
                  {"status", end.outcome},
                  {"number", std::to_string(end.run)},
                  {"seconds", std::to_string(end.seconds)}});
}

bool Daemon::tell() {
  auto alert = parts_.queue.claim("alert", parts_.owner);
  if (!alert) return false;
  try {
    parts_.send(*alert);
    parts_.queue.finish(*alert, "succeeded");
  } catch (const Error& error) {
    parts_.log.warn(error.what(), {{"event", "alert_failed"}, {"run", alert->run}});
    if (error.next == Next::retry)
      parts_.queue.retry(*alert, error.what(), int64_t{error.retry_after_s} * 1000);
    else
      parts_.queue.finish(*alert, "failed");
  }
  return true;
}

}  // namespace homeroom::jobs
