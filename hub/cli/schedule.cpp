// The verbs schedule: when jobs run by themselves, and what a person changes about it.
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/print.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"
#include "hub/jobs/jobs.hpp"
#include "hub/record/record.hpp"
#include "hub/settings/settings.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::ordered_json;

/// "Wed 2026-01-14 03:15 EST" would need names of zones, which are not one to one: the offset says
/// it.
std::string local_time(int64_t utc_ms, const std::string& zone) {
  static constexpr const char* names[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  auto day = world::local_date(utc_ms, zone);
  auto minute = world::local_minute(utc_ms, zone);
  auto offset = world::offset_minutes(utc_ms, zone);
  return fmt::format("{} {} {:02}:{:02} {}{:02}:{:02}", names[day % 7], record::iso_date(day),
                     minute / 60, minute % 60, offset < 0 ? '-' : '+', std::abs(offset) / 60,
                     std::abs(offset) % 60);
}

ordered_json instant(std::optional<int64_t> utc_ms) {
  return utc_ms ? ordered_json(world::iso_instant(*utc_ms)) : ordered_json();
}

/// The schedules of a workspace with what is remembered of them.
struct Opened {
  explicit Opened(const Context& context)
      : hub(context.hub()),
        timetable(hub.workspace()),
        book(jobs::open_book(hub.parameter("store"), hub.tenant())),
        queue(*book, jobs::moments(context.clock, *book), jobs::random_shares()),
        scheduler(timetable, *book, queue, hub.workspace().alerts) {}
  flow::Hub hub;
  jobs::Timetable timetable;
  std::unique_ptr<jobs::Memory> book;
  jobs::Queue queue;
  jobs::Scheduler scheduler;
};

/// Why a job with times has no next one.
std::string why_none(const jobs::Timetable& timetable, const settings::Schedule& schedule) {
  if (!schedule.after.empty()) return "after them";
  return "none: the calendar ends on " + record::iso_date(timetable.school_days()->last());
}

/// The newest run of a job, waiting ones not counted, for people and for programs.
std::string last_run(jobs::Memory& book, const std::string& job, const std::string& zone,
                     ordered_json& out) {
  for (const auto& item : book.newest(job, "run", 20)) {
    bool has_begun = item.state == jobs::ItemState::leased || !item.outcome.empty();
    if (!has_begun) continue;
    auto outcome = item.outcome.empty() ? "running" : item.outcome;
    out = {{"planned", instant(item.planned_ms)},
           {"status", outcome},
           {"run", item.run_number},
           {"says", item.last_error}};
    return outcome + ", " + local_time(item.planned_ms, zone).substr(4, 16);
  }
  return "";
}

void list(Context& context) {
  Opened opened(context);
  auto now = context.clock.now_ms();
  Table table({"Job", "When", "Next", "Last", "Paused"});
  auto out = ordered_json::array();
  for (const auto& [job, plan] : opened.timetable.entries()) {
    auto next = plan.next(now);
    auto state = opened.scheduler.state(job->name);
    ordered_json last;
    auto ended = last_run(*opened.book, job->name, opened.timetable.zone(), last);
    out.push_back(
        {{"job", job->name},
         {"when", job->schedule->says},
         {"next", instant(next)},
         {"last", last},
         {"failures", state.failures},
         {"paused", state.paused_why.empty() ? ordered_json() : ordered_json(state.paused_why)},
         {"paused_by", state.paused_by},
         {"waiting", opened.book->open(job->name).size()}});
    auto paused = state.paused_why.empty() ? "" : state.paused_why + " (" + state.paused_by + ')';
    table.add({job->name, job->schedule->says,
               next ? local_time(*next, opened.timetable.zone())
                    : why_none(opened.timetable, *job->schedule),
               ended, paused});
  }
  if (context.is_json()) return print({{"schedules", out}});
  if (out.empty()) return void(std::puts("No job has a schedule; give one at, cron or after."));
  std::fputs(table.text(5).c_str(), stdout);
}

void next(Context& context, const std::string& job, uint64_t count) {
  auto hub = context.hub();
  jobs::Timetable timetable(hub.workspace());
  const auto& entry = timetable.entry(job);
  auto out = ordered_json::array();
  auto last = context.clock.now_ms();
  while (out.size() < count) {
    auto due = entry.plan.next(last);
    if (!due) break;
    last = *due;
    if (!context.is_json()) std::printf("%s\n", local_time(*due, timetable.zone()).c_str());
    out.push_back(instant(due));
  }
  if (context.is_json()) return print({{"job", job}, {"next", out}});
  if (out.size() < count) std::printf("%s\n", why_none(timetable, *entry.job->schedule).c_str());
}

struct Flags {
  std::string job;
  uint64_t count = 5;
  std::string why, from, to;
  std::vector<std::string> set;
};

jobs::Request request_of(const Flags& flags) {
  jobs::Request request{flags.job, {}};
  for (const auto& pair : flags.set) {
    auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0 || pair.find('\n') != std::string::npos)
      throw Error(Next::fix_settings, "--with takes NAME=VALUE");
    request.arguments.insert(request.arguments.end(), {"--set", pair});
  }
  return request;
}

void say(const Context& context, const std::string& job, const std::string& what,
         const ordered_json& more = {}) {
  if (!context.is_json()) return void(std::printf("%s %s\n", job.c_str(), what.c_str()));
  ordered_json out = {{"job", job}};
  out.update(more.is_null() ? ordered_json::object() : more);
  print(out);
}

void pause(Context& context, const Flags& flags) {
  if (flags.why.empty())
    throw Error(Next::fix_settings, "pause needs --why TEXT; it is shown beside the schedule");
  Opened(context).scheduler.pause(flags.job, account(), flags.why);
  say(context, flags.job, "starts by itself no more; homeroom schedule resume " + flags.job,
      {{"paused", flags.why}});
}

void resume(Context& context, const Flags& flags) {
  Opened(context).scheduler.resume(flags.job);
  say(context, flags.job, "starts by itself again; what was due meanwhile is not made up",
      {{"paused", nullptr}});
}

void trigger(Context& context, const Flags& flags) {
  bool is_new = Opened(context).scheduler.trigger(request_of(flags));
  say(context, flags.job, "will be run by homeroom serve as soon as it may begin",
      {{"added", is_new ? 1 : 0}});
}

int32_t day_of(const std::string& text, const char* flag) {
  if (auto day = record::parse_iso_date(text)) return *day;
  throw Error(Next::fix_settings, std::string(flag) + ": expected a date YYYY-MM-DD");
}

void backfill(Context& context, const Flags& flags) {
  auto from = day_of(flags.from, "--from");
  auto to = day_of(flags.to, "--to");
  auto count = Opened(context).scheduler.backfill(request_of(flags), from, to);
  say(context, flags.job,
      "will be run by homeroom serve " + std::to_string(count) + " times, a day after the other",
      {{"added", count}});
}

}  // namespace

void add_schedule(const Command& top, Context& context) {
  auto schedule = top.add("schedule", "When jobs run by themselves");
  schedule.needs_verb();
  auto flags = std::make_shared<Flags>();
  auto verb = [&](const char* name, const char* help) {
    return schedule.add(name, help).takes("job", flags->job, "A job with a schedule", Need::must);
  };
  constexpr const char* with = "NAME=VALUE for a parameter of this run (again for more)";
  schedule.add("list", "The scheduled jobs, when they run next and how they ended last")
      .does([&context] { list(context); });
  verb("next", "The next times of one job")
      .takes_count("--count", flags->count, "How many (default: 5)")
      .does([&context, flags] { next(context, flags->job, flags->count); });
  verb("pause", "Lets a job start by itself no more")
      .takes("--why", flags->why, "Why; shown beside the schedule", Need::must)
      .does([&context, flags] { pause(context, *flags); });
  verb("resume", "Lets a paused job start by itself again").does([&context, flags] {
    resume(context, *flags);
  });
  verb("trigger", "Has homeroom serve run a job now")
      .takes_each("--with", flags->set, with)
      .does([&context, flags] { trigger(context, *flags); });
  verb("backfill", "Has homeroom serve run a job for days it missed, in order")
      .takes("--from", flags->from, "The first day, YYYY-MM-DD", Need::must)
      .takes("--to", flags->to, "The last day", Need::must)
      .takes_each("--with", flags->set,
                  "NAME=VALUE for these runs, {date} in it stands for the day")
      .does([&context, flags] { backfill(context, *flags); });
}

}  // namespace homeroom::cli
