// The verbs state: how far streams were read, compared, set and taken back.
#include <cstdio>

#include <nlohmann/json.hpp>

#include "hub/cli/print.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/extract/extract.hpp"
#include "hub/flow/flow.hpp"
#include "hub/store/store.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::ordered_json;
using store::StreamState;

struct Flags {
  uint64_t from = 0, to = 0, generation = 0;
  bool with_sources = false;
  flow::StateSetting setting;
  flow::StateRollback rollback;
};

std::string instant(int64_t ms) {
  return ms == 0 ? "" : world::iso_instant(ms);
}

ordered_json as_json(const StreamState& state) {
  return {{"source", state.source},
          {"stream", state.stream},
          {"cursor", state.cursor},
          {"as_of", instant(state.as_of_ms)},
          {"records", state.records},
          {"proof", extract::word(static_cast<plugin::Proof>(state.proof))}};
}

ordered_json or_null(const std::optional<StreamState>& state) {
  return state ? as_json(*state) : ordered_json();
}

std::optional<uint64_t> said(uint64_t generation) {
  return generation == 0 ? std::nullopt : std::optional(generation);
}

/// A cursor may be as long as a page; it is whole in JSON.
std::string shortened(const std::string& cursor) {
  constexpr std::size_t most = 40;
  return cursor.size() <= most ? cursor : cursor.substr(0, most) + "...";
}

void print_states(const Context& context, uint64_t generation,
                  const std::vector<store::FormerStreamState>& states) {
  if (context.is_json()) {
    ordered_json out = {{"generation", generation}, {"streams", ordered_json::array()}};
    for (const auto& one : states) {
      out["streams"].push_back(as_json(one.state));
      out["streams"].back()["since_generation"] = one.generation;
    }
    return print(out);
  }
  Table table({"Source", "Stream", "Cursor", "Data of", "Records", "Generation"});
  for (const auto& [since, state] : states)
    table.add({state.source, state.stream,
               state.cursor.empty() ? "(whole)" : shortened(state.cursor), instant(state.as_of_ms),
               with_commas(state.records), std::to_string(since)});
  std::fputs(table.text(4).c_str(), stdout);
}

void show(Context& context, const Flags& flags) {
  auto reading = flow::open_for_reading(context.hub());
  auto generation = said(flags.generation);
  print_states(context, generation.value_or(reading.store->generation()),
               flow::states_at(*reading.store, generation));
}

std::string words_of(const std::optional<StreamState>& state) {
  if (!state) return "-";
  auto at = state->cursor.empty() ? "whole" : "cursor " + shortened(state->cursor);
  auto of = instant(state->as_of_ms);
  return at + ", " + with_commas(state->records) + " records" +
         (of.empty() ? "" : ", data of " + of);
}

void diff_with_sources(Context& context) {
  auto hub = context.hub();
  auto reading = flow::open_for_reading(hub);
  auto all = flow::compare_with_sources(hub, *reading.store);
  if (context.is_json()) {
    ordered_json out = {{"streams", ordered_json::array()}};
    for (const auto& one : all)
      out["streams"].push_back(
          {{"source", one.source}, {"stream", one.stream}, {"says", one.says}});
    return print(out);
  }
  Table table({"Source", "Stream", "What it offers now"});
  for (const auto& one : all) table.add({one.source, one.stream, one.says});
  std::fputs(table.text(3).c_str(), stdout);
}

void diff(Context& context, const Flags& flags) {
  if (flags.with_sources) return diff_with_sources(context);
  auto reading = flow::open_for_reading(context.hub());
  auto& store = *reading.store;
  auto to = said(flags.to).value_or(store.generation());
  auto from = said(flags.from).value_or(to - std::min<uint64_t>(to, 1));
  auto changes = flow::compare(flow::states_at(store, from), flow::states_at(store, to));
  if (context.is_json()) {
    ordered_json out = {{"from", from}, {"to", to}, {"streams", ordered_json::array()}};
    for (const auto& one : changes)
      out["streams"].push_back({{"source", one.source},
                                {"stream", one.stream},
                                {"before", or_null(one.before)},
                                {"after", or_null(one.after)}});
    return print(out);
  }
  std::printf("From generation %lu to %lu:\n", from, to);
  if (changes.empty()) std::printf("no stream changed.\n");
  for (const auto& one : changes)
    std::printf("  %s %s: %s -> %s\n", one.source.c_str(), one.stream.c_str(),
                words_of(one.before).c_str(), words_of(one.after).c_str());
}

void set(Context& context, Flags& flags) {
  flags.setting.actor = account();
  auto hub = context.hub();
  flow::set_cursor(hub, flags.setting);
  if (context.is_json())
    return print({{"source", flags.setting.source},
                  {"stream", flags.setting.stream},
                  {"cursor", flags.setting.cursor}});
  std::printf("The next run reads %s %s from there.\n", flags.setting.source.c_str(),
              flags.setting.stream.c_str());
}

void roll_back(Context& context, Flags& flags) {
  flags.rollback.actor = account();
  auto hub = context.hub();
  print_states(context, flags.rollback.generation, flow::roll_back(hub, flags.rollback));
  if (!context.is_json())
    std::printf("\nThe next run reads from there; what was published since stays until then.\n");
}

}  // namespace

void add_state(const Command& top, Context& context) {
  auto flags = std::make_shared<Flags>();
  auto state = top.add("state", "How far streams were read");
  state.needs_verb();
  state.add("show", "Each stream with its cursor, the age of its data and its records")
      .takes_count("--generation", flags->generation, "As it was then")
      .does([&context, flags] { show(context, *flags); });
  state.add("diff", "What changed between two generations, or since then in the sources")
      .takes_count("--from", flags->from, "A generation (default: the one before)")
      .takes_count("--to", flags->to, "A generation (default: the newest)")
      .flag("--sources", flags->with_sources, "Compare with what the sources offer now")
      .does([&context, flags] { diff(context, *flags); });
  state.add("set", "Where the next run reads a stream from; its source is asked first")
      .takes("SOURCE", flags->setting.source, "A source", Need::must)
      .takes("STREAM", flags->setting.stream, "A stream of it", Need::must)
      .takes("--cursor", flags->setting.cursor, "As the source writes it (default: the beginning)")
      .takes("--why", flags->setting.why, "Why; recorded", Need::must)
      .does([&context, flags] { set(context, *flags); });
  state.add("rollback", "The next run reads from where an earlier generation stood")
      .takes_count("--to", flags->rollback.generation, "The generation", Need::must)
      .takes("--source", flags->rollback.source, "Only this source")
      .takes("--why", flags->rollback.why, "Why; recorded", Need::must)
      .does([&context, flags] { roll_back(context, *flags); });
}

}  // namespace homeroom::cli
