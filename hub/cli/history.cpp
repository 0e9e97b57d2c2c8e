// The verbs runs and status: what runs left behind.
#include <algorithm>
#include <cstdio>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/findings_text.hpp"
#include "hub/cli/night_text.hpp"
#include "hub/cli/print.hpp"
#include "hub/cli/recognition_text.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/extract/extract.hpp"
#include "hub/flow/flow.hpp"
#include "hub/store/store.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::ordered_json;

/// In the district's time zone, to the minute.
std::string local_time(const flow::Hub& hub, int64_t utc_ms) {
  if (utc_ms == 0) return "";
  auto minutes = world::offset_minutes(utc_ms, hub.workspace().time_zone);
  return fmt::format("{:%Y-%m-%d %H:%M}",
                     fmt::gmtime(static_cast<std::time_t>(utc_ms / 1000 + minutes * 60)));
}

/// Runs of a workspace in which nothing was published yet, newest first; else none.
std::vector<store::RunRow> runs_before_a_store(const flow::Hub& hub) {
  auto runs = flow::FirstNights(hub).runs();
  if (runs.empty() || store::Store::is_there(hub.parameter("store"))) return {};
  return {runs.rbegin(), runs.rend()};
}

/// A plan, or a run with --dry-run: nothing was published and nothing sent.
bool is_plan(const store::RunRow& run) {
  return ordered_json::parse(run.report).value("dry_run", false);
}

constexpr uint32_t most_runs = 50;

/// Newest first; also where nothing was published yet.
std::vector<store::RunRow> runs_of(const flow::Hub& hub) {
  auto first = runs_before_a_store(hub);
  return first.empty() ? flow::open_for_reading(hub).store->runs(most_runs) : first;
}

void list_runs(Context& context) {
  auto hub = context.hub();
  auto runs = runs_of(hub);
  if (context.is_json()) {
    auto out = ordered_json::array();
    for (const auto& run : runs)
      out.push_back({{"run", run.number},
                     {"job", run.job},
                     {"status", run.status},
                     {"dry_run", is_plan(run)},
                     {"started_ms", run.started_ms}});
    return print({{"runs", out}});
  }
  Table table({"Run", "Job", "Status", "When"});
  for (const auto& run : runs)
    table.add({std::to_string(run.number), run.job,
               is_plan(run) ? "plan, " + run.status : run.status, local_time(hub, run.started_ms)});
  std::fputs(table.text(4).c_str(), stdout);
}

std::string count_of(const ordered_json& counts, const char* key) {
  return with_commas(counts.value(key, uint64_t{0}));
}

void print_run(const ordered_json& report) {
  Table streams(
      {"Heard", "", "read", "mapped", "unchanged", "left out", "refused", "removals", "set aside"});
  std::string mended;
  for (const auto& source : report["sources"])
    for (const auto& s : source["streams"]) {
      mended += cleared_text(source["source"], s["stream"], s.value("cleared", uint64_t{0}));
      streams.add({"  " + source["source"].get<std::string>(), s["stream"].get<std::string>(),
                   count_of(s, "read"), count_of(s, "mapped"), count_of(s, "unchanged"),
                   count_of(s, "filtered"), count_of(s, "refused"), count_of(s, "removals"),
                   count_of(s, "quarantined")});
    }
  Table sent({"Sent", "delivered", "unchanged", "withheld", "held", "refused", "waiting",
              "not for it", "removed"});
  for (const auto& d : report["deliveries"])
    sent.add({"  " + d["destination"].get<std::string>(), count_of(d, "delivered"),
              count_of(d, "unchanged"), count_of(d, "withheld"), count_of(d, "held"),
              count_of(d, "refused"), count_of(d, "pending"), count_of(d, "out_of_scope"),
              count_of(d, "removed")});
  const auto& p = report["profiles"];
  std::printf("%s%s\nProfiles  %s = %s new + %s changed + %s unchanged\n\n%s",
              streams.text(2).c_str(), mended.c_str(), count_of(p, "total").c_str(),
              count_of(p, "new").c_str(), count_of(p, "changed").c_str(),
              count_of(p, "unchanged").c_str(), sent.text(1).c_str());
}

/// Which configuration a run was made with, beside the one that stands there now.
std::string configuration_line(const flow::Hub& hub, const std::string& of_run) {
  if (of_run.empty()) return "Configuration not recorded";
  bool is_same = of_run == flow::configuration_hash(hub);
  return "Configuration " + of_run.substr(0, 12) +
         (is_same ? ", the same as now" : ", another than now");
}

std::optional<store::RunRow> find_run(const flow::Hub& hub, uint64_t number) {
  auto first = runs_before_a_store(hub);
  if (first.empty()) return flow::open_for_reading(hub).store->run(number);
  auto found = std::ranges::find(first, number, &store::RunRow::number);
  return found == first.end() ? std::nullopt : std::optional(*found);
}

void show_run(Context& context, uint64_t number) {
  auto hub = context.hub();
  auto run = find_run(hub, number);
  if (!run)
    throw Error(Next::fix_settings,
                "no run " + std::to_string(number) + "; homeroom runs lists them");
  if (context.is_json()) {
    std::printf("%s\n", run->report.c_str());
    return;
  }
  auto report = ordered_json::parse(run->report);
  std::printf("%s, run %lu%s, %s\n%s\n\n", run->job.c_str(),
              static_cast<unsigned long>(run->number),
              is_plan(*run) ? " (dry run: nothing published, nothing sent)" : "",
              local_time(hub, run->started_ms).c_str(),
              configuration_line(hub, report.value("configuration", "")).c_str());
  print_run(report);
  std::fputs(findings_text(report).c_str(), stdout);
  auto trouble = report.value("trouble", std::vector<std::string>());
  std::printf("\n%s\n%s", run->status.c_str(), trouble_text(trouble).c_str());
}

/// Where the shares of one destination stand.
struct ShareCounts {
  uint64_t sent = 0, waiting = 0, removals_waiting = 0, removed = 0, refused = 0, held = 0;
};

ShareCounts shares_of(store::Store& store, const std::string& destination) {
  ShareCounts counts;
  store.each_share(store.destination_number(destination), [&](const store::ShareRow& row) {
    counts.sent += row.state == store::ShareState::sent;
    counts.waiting += row.state == store::ShareState::owed;
    counts.removals_waiting += row.state == store::ShareState::removal_owed;
    counts.removed += row.state == store::ShareState::removed;
    counts.refused += row.state == store::ShareState::refused;
    counts.held += row.state == store::ShareState::held;
  });
  return counts;
}

record::Recognition recognition_of(const flow::Hub& hub, store::Store& store) {
  return flow::recognition_of(hub, store, hub.open_identity());
}

/// The newest that was no plan; nothing before the first.
std::optional<store::RunRow> last_real_run(store::Store& store) {
  for (uint32_t most = 8;; most *= 8) {
    auto runs = store.runs(most);
    auto found = std::ranges::find_if_not(runs, is_plan);
    if (found != runs.end()) return *found;
    if (runs.size() < most) return std::nullopt;
  }
}

ordered_json last_run_json(const store::RunRow& run) {
  return {{"run", run.number},
          {"job", run.job},
          {"status", run.status},
          {"started_ms", run.started_ms}};
}

void print_status_json(const flow::Hub& hub, store::Store& store) {
  ordered_json out = {{"generation", store.generation()},
                      {"sources", ordered_json::array()},
                      {"destinations", ordered_json::array()}};
  if (auto run = last_real_run(store)) out["last_run"] = last_run_json(*run);
  for (const auto& state : store.stream_states())
    out["sources"].push_back({{"source", state.source},
                              {"stream", state.stream},
                              {"records", state.records},
                              {"as_of_ms", state.as_of_ms},
                              {"proof", extract::word(static_cast<plugin::Proof>(state.proof))},
                              {"has_cursor", !state.cursor.empty()}});
  out["unsigned_plugins"] = hub.strangers();
  for (const auto& destination : hub.workspace().destinations) {
    auto counts = shares_of(store, destination.name);
    out["destinations"].push_back({{"destination", destination.name},
                                   {"sent", counts.sent},
                                   {"pending", counts.waiting},
                                   {"removals_pending", counts.removals_waiting},
                                   {"removed", counts.removed},
                                   {"refused", counts.refused},
                                   {"held", counts.held}});
  }
  std::string recognition;
  record::write_recognition(recognition, recognition_of(hub, store));
  out["recognition"] = ordered_json::parse(recognition);
  print(out);
}

std::string last_run_line(const flow::Hub& hub, const store::RunRow& run) {
  return fmt::format("Last run    {}, {}, {}: {}\n", run.number, run.job,
                     local_time(hub, run.started_ms), run.status);
}

/// Nothing was published yet: how the last run ended is all there is.
void status_before_a_store(const Context& context, const flow::Hub& hub, const store::RunRow& run) {
  auto trouble = ordered_json::parse(run.report).value("trouble", std::vector<std::string>());
  if (context.is_json())
    return print({{"generation", 0},
                  {"sources", ordered_json::array()},
                  {"destinations", ordered_json::array()},
                  {"last_run", last_run_json(run)},
                  {"trouble", trouble}});
  std::printf("%s%s\nNothing is published yet.\n", last_run_line(hub, run).c_str(),
              trouble_text(trouble).c_str());
}

void status(Context& context) {
  auto hub = context.hub();
  if (auto first = runs_before_a_store(hub); !first.empty())
    return status_before_a_store(context, hub, first.front());
  auto reading = flow::open_for_reading(hub);
  auto& store = *reading.store;
  if (context.is_json()) return print_status_json(hub, store);
  if (auto run = last_real_run(store)) std::printf("%s\n", last_run_line(hub, *run).c_str());
  Table streams({"Source", "stream", "data of", "proof", "records"});
  for (const auto& state : store.stream_states())
    streams.add({state.source, state.stream, local_time(hub, state.as_of_ms),
                 extract::word(static_cast<plugin::Proof>(state.proof)),
                 with_commas(state.records)});
  Table sent({"Destination", "sent", "waiting", "held", "refused", "removed", "removals waiting"});
  for (const auto& destination : hub.workspace().destinations) {
    auto counts = shares_of(store, destination.name);
    sent.add({destination.name, with_commas(counts.sent), with_commas(counts.waiting),
              with_commas(counts.held), with_commas(counts.refused), with_commas(counts.removed),
              with_commas(counts.removals_waiting)});
  }
  auto recognition = recognition_of(hub, store);
  std::printf("%s\n%s\n%s%s", streams.text(4).c_str(), sent.text(1).c_str(),
              models_text(recognition).c_str(), training_text(recognition).c_str());
  for (const auto& stranger : hub.strangers())
    std::printf("\nUnsigned plugin  %s\n", stranger.c_str());
  if (store.was_moved())
    std::printf("\nThis store is a copy from another place; nothing is sent from it.\n");
}

}  // namespace

void add_history(const Command& top, Context& context) {
  auto number = std::make_shared<uint64_t>(0);
  auto runs = top.add("runs", "Past runs, newest first");
  runs.does([&context] { list_runs(context); });
  runs.add("show", "The report of one run")
      .takes_number("id", *number, "Its number", Need::must)
      .does([&context, number] { show_run(context, *number); });
  top.add("status", "The last state of each source and destination").does([&context] {
    status(context);
  });
}

}  // namespace homeroom::cli
