#include "hub/jobs/scheduler.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "homeroom/error.hpp"
#include "hub/record/date.hpp"
#include "hub/world/wall_clock.hpp"
#include "hub/world/world.hpp"

namespace homeroom::jobs {

namespace {

constexpr int64_t minute_ms = 60'000;
constexpr int64_t day_ms = 24 * 60 * minute_ms;
/// A start within a minute is on time: ticks come once a second, and machines take a breath now and
/// then.
constexpr int64_t on_time_ms = minute_ms;

bool is_good(const Item& run) {
  return run.outcome == "succeeded" || run.outcome == "partial";
}

std::string said_of(const Item& run) {
  return run.last_error.empty() ? run.outcome : run.outcome + ": " + run.last_error;
}

int64_t patience_ms(const settings::Schedule& schedule) {
  return std::max(schedule.catch_up_minutes * minute_ms, on_time_ms);
}

/// The same in every process and after every start: a share of the jitter out of the run's own
/// name.
int64_t jitter_ms(const settings::Schedule& schedule, const std::string& run) {
  if (schedule.jitter_minutes == 0) return 0;
  auto digest = world::sha256(run);
  auto number =
      uint64_t{digest[0]} << 24 | uint64_t{digest[1]} << 16 | uint64_t{digest[2]} << 8 | digest[3];
  return static_cast<int64_t>(number % static_cast<uint64_t>(schedule.jitter_minutes * minute_ms));
}

/// Nothing for a job that is not in the file any more, or has no schedule now.
const settings::Schedule* schedule_of(const Timetable& timetable, const std::string& job) {
  for (const auto& entry : timetable.entries())
    if (entry.job->name == job) return &*entry.job->schedule;
  return nullptr;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

std::string in_lines(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += word + '\n';
  return text;
}

}  // namespace

ScheduleState Scheduler::state(const std::string& job) {
  if (auto known = memory_.schedule(job)) return *known;
  ScheduleState state;
  state.job = job;
  state.planned_ms = state.taken_ms = state.late_told_ms = queue_.now().wall_ms;
  return state;
}

void Scheduler::tick() {
  auto now = queue_.now().wall_ms;
  for (const auto& entry : timetable_.entries())
    if (has_something_to_do(entry, now)) memory_.atomically([&] { look_at(entry, now); });
}

/// Mostly not: then the book is read and nobody waits for its writer.
bool Scheduler::has_something_to_do(const Timetable::Entry& entry, int64_t now) {
  auto state = memory_.schedule(entry.job->name);
  if (!state || state->planned_ms > now) return true;
  auto next = entry.plan.next(state->planned_ms);
  if (next && *next <= now) return true;
  if (state->taken_ms <= state->late_told_ms) return false;
  auto deadline = entry.plan.done_by(state->taken_ms);
  return deadline && *deadline <= now;
}

void Scheduler::look_at(const Timetable::Entry& entry, int64_t now) {
  auto known = memory_.schedule(entry.job->name);
  auto state = this->state(entry.job->name);
  auto before = state;
  // The clock was far ahead for a while, and a run was taken in a future that is none.
  if (state.taken_ms > now + 2 * day_ms) {
    state.planned_ms = state.taken_ms = state.late_told_ms = now;
    if (state.good_day > world::local_date(now, timetable_.zone())) state.good_day.reset();
  }
  // Somebody set the clock back. What was taken stays taken; what seemed missed is still to come.
  if (state.planned_ms > now && state.taken_ms < state.planned_ms) {
    state.planned_ms = std::max(state.taken_ms, now);
    state.late_told_ms = std::min(state.late_told_ms, state.planned_ms);
  }
  if (auto due = last_due(entry.plan, state.planned_ms, now)) take(entry, *due, state, now);
  look_for_lateness(entry, state, now);
  bool is_changed = state.planned_ms != before.planned_ms || state.taken_ms != before.taken_ms ||
                    state.late_told_ms != before.late_told_ms;
  if (!known || is_changed) memory_.put_schedule(state);
}

/// Of several due instants only the last is worth a run.
std::optional<int64_t> Scheduler::last_due(const Plan& plan, int64_t after, int64_t now) const {
  std::optional<int64_t> last;
  if (now - after > 2 * day_ms)  // after a long absence not every quarter of an hour is looked at
    if (auto near = plan.next(now - 2 * day_ms); near && *near <= now) after = *(last = near);
  for (auto next = plan.next(after); next && *next <= now; next = plan.next(*next)) last = next;
  return last;
}

Item Scheduler::item_for(const settings::Job& job, int64_t planned_ms) const {
  Item item;
  item.run = job.name + '@' + world::iso_instant(planned_ms);
  item.step = "run";
  item.order_key = job.name;
  item.job = job.name;
  item.planned_ms = planned_ms;
  item.not_before_ms = planned_ms;
  return item;
}

void Scheduler::take(const Timetable::Entry& entry, int64_t due, ScheduleState& state,
                     int64_t now) {
  const auto& schedule = *entry.job->schedule;
  state.planned_ms = due;
  auto item = item_for(*entry.job, due);
  auto leave_out = [&](const std::string& outcome, const std::string& why) {
    // What was missed may come again when somebody sets the clock back, so it does not take the
    // run's place.
    if (outcome == "missed") item.step = outcome;
    item.state = ItemState::cancelled;
    item.outcome = outcome;
    item.last_error = why;
    item.ended_ms = now;
    memory_.add(item);
  };
  if (!state.paused_why.empty()) {
    state.taken_ms = state.late_told_ms = due;
    return leave_out("skipped", "the schedule is paused");
  }
  if (now - due > patience_ms(schedule)) {
    if (due <= state.late_told_ms) return;
    state.late_told_ms = due;
    leave_out("missed", "nobody was there to start it in time");
    return tell("late", item, "missed: nobody was there to start it in time");
  }
  state.taken_ms = due;
  auto open = memory_.open(entry.job->name);
  auto is_begun = [](const Item& one) { return one.state == ItemState::leased; };
  bool must_skip = schedule.overlap == settings::Overlap::skip
                       ? !open.empty()
                       : std::ranges::count_if(open, std::not_fn(is_begun)) > 0;
  if (must_skip) {
    leave_out("skipped", "its last run has not ended");
    return tell_skipped(item);
  }
  item.not_before_ms = due + jitter_ms(schedule, item.run);
  memory_.add(item);
}

void Scheduler::look_for_lateness(const Timetable::Entry& entry, ScheduleState& state,
                                  int64_t now) {
  if (!entry.job->schedule->done_by || state.taken_ms <= state.late_told_ms) return;
  auto deadline = entry.plan.done_by(state.taken_ms);
  if (now < *deadline) return;
  state.late_told_ms = state.taken_ms;
  auto planned = state.taken_ms;
  auto recent = memory_.newest(entry.job->name, "run", 50);
  auto is_of_then = [&](const Item& run) { return run.planned_ms >= planned; };
  if (std::ranges::any_of(recent, [&](const Item& run) { return is_of_then(run) && is_good(run); }))
    return;
  auto item = item_for(*entry.job, planned);
  auto run = std::ranges::find(recent, planned, &Item::planned_ms);
  tell("late", item,
       run == recent.end() || run->outcome.empty() ? "late: it has not ended yet"
                                                   : "late: " + run->outcome);
}

bool Scheduler::is_too_late(const Item& item) {
  if (item.step != "run" || item.is_by_person) return false;
  const auto* schedule = schedule_of(timetable_, item.job);
  if (!schedule) return true;  // it is not in the file any more
  auto now = queue_.now().wall_ms;
  auto since = item.not_before_ms;
  for (const auto& run : memory_.newest(item.job, "run", 20))  // one that it waited for
    if (run.state == ItemState::done) since = std::max(since, run.ended_ms);
  if (now - since <= patience_ms(*schedule)) return false;
  const auto& zone = timetable_.zone();
  return schedule->times || world::local_date(now, zone) != world::local_date(since, zone);
}

void Scheduler::expire(const std::function<bool(const Item&)>& is_gone) {
  queue_.expire(
      is_gone, [this](const Item& item) { return is_too_late(item); },
      [this](const Item& item) { run_ended(item); });
}

void Scheduler::run_ended(const Item& run) {
  if (run.step != "run") return;
  auto state = this->state(run.job);
  const auto* schedule = schedule_of(timetable_, run.job);
  auto pause_after = schedule ? schedule->pause_after : 0;
  if (is_good(run)) {
    state.failures = 0;
    state.good_day = std::max(state.good_day.value_or(INT32_MIN),
                              world::local_date(run.planned_ms, timetable_.zone()));
  } else if (run.outcome != "brake") {
    ++state.failures;
  }
  bool is_dead = run.state == ItemState::dead;
  if (state.paused_why.empty() && (is_dead || (pause_after > 0 && state.failures >= pause_after))) {
    state.paused_why = is_dead ? "a run ended its process " + std::to_string(run.crashes) + " times"
                               : std::to_string(state.failures) + " runs in a row failed";
    state.paused_by = "homeroom";
    state.paused_ms = queue_.now().wall_ms;
  }
  memory_.put_schedule(state);
  if (run.outcome == "partial" || run.outcome == "brake")
    tell(run.outcome, run, said_of(run));
  else if (!is_good(run))
    tell("failed", run,
         said_of(run) +
             (state.paused_why.empty() ? "" : "; the schedule is paused: " + state.paused_why));
  if (is_good(run)) start_waiting(run);
}

void Scheduler::start_waiting(const Item& run) {
  auto day = world::local_date(run.planned_ms, timetable_.zone());
  for (const auto& [job, plan] : timetable_.entries()) {
    const auto& after = job->schedule->after;
    if (std::ranges::find(after, run.job) == after.end()) continue;
    bool are_all_done = std::ranges::all_of(after, [&](const auto& name) {
      auto other = memory_.schedule(name);
      return other && other->good_day == day;
    });
    if (!are_all_done) continue;
    auto state = this->state(job->name);
    auto now = queue_.now().wall_ms;
    auto item = item_for(*job, run.planned_ms);
    item.not_before_ms = now + jitter_ms(*job->schedule, item.run);
    state.planned_ms = state.taken_ms = std::max(run.planned_ms, state.taken_ms);
    bool must_skip =
        !state.paused_why.empty() ||
        (job->schedule->overlap == settings::Overlap::skip && !memory_.open(job->name).empty());
    if (must_skip) {
      item.state = ItemState::cancelled;
      item.outcome = "skipped";
      item.last_error =
          state.paused_why.empty() ? "its last run has not ended" : "the schedule is paused";
      item.ended_ms = now;
    }
    memory_.add(item);
    memory_.put_schedule(state);
    if (must_skip && state.paused_why.empty()) tell_skipped(item);
  }
}

void Scheduler::tell_skipped(const Item& run) {
  if (run.is_by_person) return;
  auto is_told = [&](const Item& other) {
    return other.run != run.run && other.outcome == "skipped" && other.last_error == run.last_error;
  };
  if (std::ranges::any_of(memory_.newest(run.job, "run", 2), is_told)) return;
  tell("late", run, "skipped: " + run.last_error);
}

void Scheduler::tell(const std::string& when, const Item& about, const std::string& says) {
  static constexpr std::array<std::string_view, 4> kinds = {"partial", "failed", "brake", "late"};
  if (std::ranges::find(alerts_.when, when) == alerts_.when.end()) return;
  auto kind = static_cast<uint32_t>(std::ranges::find(kinds, when) - kinds.begin());
  Item alert;
  alert.run = about.run;
  alert.step = "alert";
  alert.job = about.job;
  alert.planned_ms = about.planned_ms;
  alert.run_number = about.run_number;
  alert.not_before_ms = queue_.now().wall_ms;
  alert.ended_ms = alert.not_before_ms + day_ms;
  auto add = [&](const char* way, uint32_t part) {
    alert.part = 2 * kind + part;
    alert.order_key = alert.run + ' ' + when + ' ' + way;  // none waits for another
    alert.arguments = std::string(way) + '\n' + when + '\n' + says;
    memory_.add(alert);
  };
  if (!alerts_.to.empty()) add("mail", 0);
  if (!alerts_.webhook.empty()) add("webhook", 1);
}

void Scheduler::pause(const std::string& job, const std::string& actor, const std::string& why) {
  timetable_.entry(job);
  memory_.atomically([&] {
    auto state = this->state(job);
    state.paused_why = why;
    state.paused_by = actor;
    state.paused_ms = queue_.now().wall_ms;
    memory_.put_schedule(state);
  });
}

void Scheduler::resume(const std::string& job) {
  timetable_.entry(job);
  memory_.atomically([&] {
    auto state = this->state(job);
    // What was due meanwhile is not made up.
    if (!state.paused_why.empty())
      state.planned_ms = state.taken_ms = std::max(state.planned_ms, queue_.now().wall_ms);
    state.paused_why.clear();
    state.paused_by.clear();
    state.failures = 0;
    memory_.put_schedule(state);
    for (auto item : memory_.open(job)) {
      if (item.state != ItemState::dead) continue;
      item.state = ItemState::cancelled;
      item.ended_ms = queue_.now().wall_ms;
      memory_.settle_unleased(item);
    }
  });
}

bool Scheduler::trigger(const Request& request) {
  const auto& entry = timetable_.entry(request.job);
  auto now = queue_.now().wall_ms;
  auto item = item_for(*entry.job, now);
  item.run = request.job + "@by hand " + world::iso_instant(now);
  item.is_by_person = true;
  item.arguments = in_lines(request.arguments);
  return memory_.add(item);
}

std::size_t Scheduler::backfill(const Request& request, int32_t from, int32_t to) {
  const auto& entry = timetable_.entry(request.job);
  const auto& zone = timetable_.zone();
  auto now = queue_.now().wall_ms;
  auto refuse = [&](const std::string& why) { throw Error(Next::fix_settings, why); };
  if (!entry.job->schedule->times)
    refuse(request.job + " has no times of its own; backfill what it waits for");
  if (from > to) refuse("the first day is after the last");
  if (to > world::local_date(now, zone)) refuse("the last day has not been yet");
  std::size_t count = 0;
  memory_.atomically([&] {
    if (!memory_.open(request.job).empty())
      refuse("a run of " + request.job +
             " has not ended; it would be followed by earlier days. Wait until it has (homeroom "
             "schedule list)");
    auto good = state(request.job).good_day;
    if (good && from <= *good)
      refuse("the run of " + record::iso_date(*good) +
             " ended well; an earlier day would take the store back behind it. Begin after it");
    auto before = world::wall_clock(from, 0, zone) - 1;
    for (auto due = entry.plan.next(before);
         due && *due <= now && world::local_date(*due, zone) <= to; due = entry.plan.next(*due)) {
      auto item = item_for(*entry.job, *due);
      auto day = record::iso_date(world::local_date(*due, zone));
      item.run = request.job + "@again " + world::iso_instant(*due) + ", asked for " +
                 world::iso_instant(now);
      item.is_by_person = true;
      item.not_before_ms = now;
      item.arguments =
          "--set\nrun_date=" + day + '\n' + replaced(in_lines(request.arguments), "{date}", day);
      count += memory_.add(item);
    }
  });
  return count;
}

}  // namespace homeroom::jobs
