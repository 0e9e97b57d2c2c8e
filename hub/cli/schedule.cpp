// The verbs schedule: when jobs run by themselves, and what a person changes about it.
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "hub/cli/verbs.hpp"
#include "hub/jobs/jobs.hpp"
#include "hub/record/record.hpp"
#include "hub/settings/settings.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::ordered_json;

void print(const ordered_json& document) {
  std::printf("%s\n",
              document.dump(-1, ' ', false, ordered_json::error_handler_t::replace).c_str());
}

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

struct Opened {
  explicit Opened(const Context& context)
      : workspace(settings::load_workspace(context.workspace, context.parameters())),
        timetable(workspace) {}
  settings::Workspace workspace;
  jobs::Timetable timetable;
};

/// Why a job with times has no next one.
std::string why_none(const jobs::Timetable& timetable, const settings::Schedule& schedule) {
  if (!schedule.after.empty()) return "after them";
  return "none: the calendar ends on " + record::iso_date(timetable.school_days()->last());
}

void list(Context& context) {
  Opened opened(context);
  auto now = context.clock.now_ms();
  Table table({"Job", "When", "Next"});
  auto out = ordered_json::array();
  for (const auto& [job, plan] : opened.timetable.entries()) {
    auto next = plan.next(now);
    out.push_back({{"job", job->name}, {"when", job->schedule->says}, {"next", instant(next)}});
    table.add({job->name, job->schedule->says,
               next ? local_time(*next, opened.timetable.zone())
                    : why_none(opened.timetable, *job->schedule)});
  }
  if (context.is_json()) return print({{"schedules", out}});
  if (out.empty()) return void(std::puts("No job has a schedule; give one at, cron or after."));
  std::fputs(table.text(3).c_str(), stdout);
}

void next(Context& context, const std::string& job, uint64_t count) {
  Opened opened(context);
  const auto& entry = opened.timetable.entry(job);
  auto out = ordered_json::array();
  auto last = context.clock.now_ms();
  while (out.size() < count) {
    auto due = entry.plan.next(last);
    if (!due) break;
    last = *due;
    if (!context.is_json()) std::printf("%s\n", local_time(*due, opened.timetable.zone()).c_str());
    out.push_back(instant(due));
  }
  if (context.is_json()) return print({{"job", job}, {"next", out}});
  if (out.size() < count)
    std::printf("%s\n", why_none(opened.timetable, *entry.job->schedule).c_str());
}

}  // namespace

void add_schedule(const Command& top, Context& context) {
  auto schedule = top.add("schedule", "When jobs run by themselves");
  schedule.needs_verb();
  schedule.add("list", "The scheduled jobs and when they run next").does([&context] {
    list(context);
  });
  struct Flags {
    std::string job;
    uint64_t count = 5;
  };
  auto flags = std::make_shared<Flags>();
  schedule.add("next", "The next times of one job")
      .takes("job", flags->job, "A job with a schedule", Need::must)
      .takes_count("--count", flags->count, "How many (default: 5)")
      .does([&context, flags] { next(context, flags->job, flags->count); });
}

}  // namespace homeroom::cli
