#include "hub/settings/schedule.hpp"

#include <algorithm>

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

void read_schedule(const Node& node, Job& job) {
  if (auto at = node.find("at")) job.at = clock_time(at);
  if (auto days = node.find("days"))
    job.days = one_of(days, {"every day", "school days", "weekdays", "mondays", "tuesdays",
                             "wednesdays", "thursdays", "fridays", "saturdays", "sundays"});
  if (auto overlap = node.find("overlap")) job.overlap = one_of(overlap, {"skip", "wait"});
  if (auto late = node.find("catch_up")) job.catch_up_hours = late.hours();
  if (auto done = node.find("done_by")) job.done_by = clock_time(done);
  if (auto full = node.find("full")) job.reads_everything = full.boolean();
}

}  // namespace

std::string one_of(const Node& node, std::initializer_list<std::string_view> words) {
  if (std::ranges::find(words, node.text()) != words.end()) return node.text();
  std::string list;
  for (auto word : words) list.append(list.empty() ? "" : ", ").append(word);
  node.refuse("expected one of " + list);
}

Job read_job(const Node& key, const Node& node) {
  node.only({"sources", "destinations", "tolerate", "at", "days", "overlap", "catch_up", "done_by",
             "full"});
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

}  // namespace homeroom::settings
