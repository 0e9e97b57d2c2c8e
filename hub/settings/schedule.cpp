#include "hub/settings/schedule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

#include "hub/record/date.hpp"

namespace homeroom::settings {

namespace {

std::vector<std::string> names_in(const Node& list, bool& is_all) {
  std::vector<std::string> names;
  is_all = list.kind() == Kind::scalar && list.text() == "all";
  if (is_all || (list.kind() == Kind::scalar && list.text() == "none")) return names;
  for (const auto& name : list.items()) names.push_back(name.text());
  return names;
}

/// "03:15", which must be quoted: unquoted some YAML readers take it for 195.
std::string clock_time(const Node& node) {
  const auto& text = node.text();
  auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  bool has_form =
      text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4);
  if (!has_form || text.substr(0, 2) > "23" || text.substr(3) > "59")
    node.refuse("expected a time, like \"03:15\"");
  if (!node.was_quoted()) node.refuse("write the time in quotes: \"" + text + '"');
  return text;
}

Dates dates_of(const Node& node) {
  const auto& text = node.text();
  auto to = text.find(" to ");
  auto first = record::parse_iso_date(text.substr(0, to));
  auto last = to == std::string::npos ? first : record::parse_iso_date(text.substr(to + 4));
  if (!first || !last) node.refuse("expected dates, like 2026-07-01 to 2026-08-12");
  if (*last < *first) node.refuse("the last day is before the first");
  return {*first, *last};
}

int32_t minute_of_day(const Node& node) {
  auto number = [text = clock_time(node)](std::size_t at) {
    return text[at] * 10 + text[at + 1] - 11 * '0';
  };
  return number(0) * 60 + number(3);
}

/// "10 minutes" or "3 hours".
int64_t minutes_of(const Node& node) {
  const auto& text = node.text();
  int64_t value = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  std::string_view unit(read.ptr, text.data() + text.size());
  bool is_hours = unit == " hours" || unit == " hour";
  bool is_minutes = unit == " minutes" || unit == " minute";
  constexpr int64_t most = 31 * 24 * 60;
  if (read.ec != std::errc{} || value < 0 || value > most || (!is_hours && !is_minutes) ||
      (is_hours && value * 60 > most))
    node.refuse("expected a time span, like 10 minutes or 3 hours");
  return is_hours ? value * 60 : value;
}

void read_days(const Node& days, const Node& cron, Schedule& schedule) {
  static constexpr std::array<std::string_view, 7> weekdays = {
      "sundays", "mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays"};
  auto word = one_of(days, {"every day", "school days", "weekdays", "mondays", "tuesdays",
                            "wednesdays", "thursdays", "fridays", "saturdays", "sundays"});
  schedule.on_school_days = word == "school days";
  if (schedule.on_school_days || word == "every day") return;
  if (cron) days.refuse("cron says the days of the week itself; beside it stand only school days");
  if (word == "weekdays")
    for (uint32_t weekday = 1; weekday <= 5; ++weekday) schedule.times->also_on_weekday(weekday);
  else
    schedule.times->also_on_weekday(
        static_cast<uint32_t>(std::ranges::find(weekdays, word) - weekdays.begin()));
}

/// Exactly one of these says when a job starts; nothing where none does.
std::optional<Schedule> begin_schedule(const Node& node) {
  auto at = node.find("at");
  auto cron = node.find("cron");
  auto after = node.find("after");
  if (at && cron) cron.refuse("either at or cron says when");
  if (after && (at || cron))
    after.refuse("a job starts at times of its own or after others, not both");
  Schedule schedule;
  if (at) schedule.times = Cron::daily(minute_of_day(at));
  if (cron) schedule.times = Cron::read(cron);
  for (const auto& name : after.items()) schedule.after.push_back(name.text());
  if (after && schedule.after.empty()) after.refuse("expected the names of jobs");
  if (!at && !cron && !after) return std::nullopt;
  schedule.says = at ? at.text() : cron ? cron.text() : "after";
  for (const auto& name : schedule.after) schedule.says += ' ' + name;
  return schedule;
}

void read_schedule(const Node& node, Job& job) {
  job.schedule = begin_schedule(node);
  for (const char* word : {"days", "overlap", "catch_up", "jitter", "done_by", "pause_after"})
    if (auto said = node.find(word); said && !job.schedule)
      said.refuse(std::string(word) + " says nothing for a job without at, cron or after");
  if (!job.schedule) return;
  auto& schedule = *job.schedule;
  for (const char* word : {"catch_up", "done_by"})
    if (auto said = node.find(word); said && !schedule.times)
      said.refuse(std::string("a job that starts after others has no time of its own; say ") +
                  word + " at the job it waits for");
  if (auto days = node.find("days")) {
    if (!schedule.times) days.refuse("a job that starts after others starts on their days");
    read_days(days, node.find("cron"), schedule);
    schedule.says += ", " + days.text();
  }
  if (auto overlap = node.find("overlap"))
    schedule.overlap = one_of(overlap, {"skip", "wait"}) == "skip" ? Overlap::skip : Overlap::wait;
  if (auto late = node.find("catch_up")) schedule.catch_up_minutes = minutes_of(late);
  if (auto jitter = node.find("jitter")) schedule.jitter_minutes = minutes_of(jitter);
  if (auto done = node.find("done_by")) schedule.done_by = minute_of_day(done);
  if (auto failures = node.find("pause_after")) schedule.pause_after = failures.integer();
  if (schedule.pause_after < 0) node.find("pause_after").refuse("expected a number from 0 on");
}

}  // namespace

std::string one_of(const Node& node, std::initializer_list<std::string_view> words) {
  if (std::ranges::find(words, node.text()) != words.end()) return node.text();
  std::string list;
  for (auto word : words) list.append(list.empty() ? "" : ", ").append(word);
  node.refuse("expected one of " + list);
}

Job read_job(const Node& key, const Node& node) {
  node.only({"sources", "destinations", "tolerate", "at", "cron", "after", "days", "overlap",
             "catch_up", "jitter", "done_by", "pause_after", "full", "purge"});
  Job job;
  job.name = key.text();
  job.place = key.place();
  job.sources = names_in(node.require("sources"), job.all_sources);
  job.destinations = names_in(node.require("destinations"), job.all_destinations);
  if (auto tolerate = node.find("tolerate")) {
    tolerate.only({"new_set_aside", "of_a_stream"});
    if (auto most = tolerate.find("new_set_aside")) job.tolerate_new = most.integer();
    if (auto share = tolerate.find("of_a_stream")) job.tolerate_of_stream = share.proportion();
  }
  if (auto full = node.find("full")) job.reads_everything = full.boolean();
  if (auto purge = node.find("purge")) job.purges = purge.boolean();
  read_schedule(node, job);
  return job;
}

Calendar read_calendar(const Node& node, const std::filesystem::path& folder) {
  Calendar calendar;
  node.only({"days", "rollover", "quiet"});
  if (auto days = node.find("days")) calendar.days = folder / days.text();
  if (auto rollover = node.find("rollover")) calendar.rollover = dates_of(rollover);
  for (const auto& quiet : node.find("quiet").items()) {
    quiet.only({"destination", "dates", "why"});
    calendar.quiet.push_back({quiet.require("destination").text(), dates_of(quiet.require("dates")),
                              quiet.require("why").text()});
  }
  return calendar;
}

namespace {

/// The jobs that must end before this one may start, those they wait for included.
std::set<std::string> waited_for(const std::string& name,
                                 const std::map<std::string, const Job*>& by_name) {
  std::set<std::string> found;
  std::vector<std::string> open{name};
  while (!open.empty()) {
    const auto* job = by_name.at(open.back());
    open.pop_back();
    if (!job->schedule) continue;
    for (const auto& other : job->schedule->after)
      if (found.insert(other).second) open.push_back(other);
  }
  return found;
}

}  // namespace

void check_schedules(const Node& jobs, const Workspace& workspace) {
  std::map<std::string, const Job*> by_name;
  for (const auto& job : workspace.jobs) by_name[job.name] = &job;
  for (const auto& [key, node] : jobs.entries()) {
    if (waited_for(key.text(), by_name).contains(key.text()))
      node.find("after").refuse(key.text() + " would wait for itself");
    const auto& schedule = by_name.at(key.text())->schedule;
    if (schedule && schedule->on_school_days && workspace.calendar.days.empty())
      node.find("days").refuse("school days stand in a file; name it under calendar: {days: FILE}");
  }
}

}  // namespace homeroom::settings
