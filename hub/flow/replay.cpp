#include "hub/flow/replay.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "hub/flow/inspect.hpp"
#include "hub/flow/state.hpp"
#include "hub/flow/writing.hpp"
#include "hub/world/clock.hpp"

namespace homeroom::flow {

namespace {

using store::ShareRow;
using store::ShareState;

std::string replayed_name(const std::string& destination) {
  return "replayed: " + destination;
}

void must_be_over(const Hub& hub, int64_t since_ms) {
  if (since_ms > hub.clock().now_ms())
    throw Error(Next::fix_settings, "--since: " + world::iso_instant(since_ms) + " is not yet");
}

/// The first run that may have been at work then or later. Runs are written down when they end, one
/// after the other; one that was killed left nothing, and may have been the one.
uint64_t first_run_since(store::Store& store, int64_t since_ms) {
  auto runs = store.runs(UINT32_MAX);
  auto is_since = [&](const store::RunRow& run) { return run.started_ms >= since_ms; };
  // Newest first: behind the oldest one that is since then stand those that were over.
  auto oldest = std::ranges::find_if(runs.rbegin(), runs.rend(), is_since);
  if (oldest == runs.rend()) return runs.empty() ? 1 : runs.front().number + 1;
  return oldest == runs.rbegin() ? 1 : std::prev(oldest)->number + 1;
}

/// The row as it is owed again, or as it was. A removal stays one; whether a share is one now, the
/// next run decides.
bool owe_again(ShareRow& row, uint64_t first_sequence) {
  if (row.state != ShareState::sent && row.state != ShareState::removed) return false;
  row.state = row.state == ShareState::sent ? ShareState::owed : ShareState::removal_owed;
  // Whoever took over from another store does not know what that one had sent above.
  if (row.sequence < first_sequence) row.sequence = first_sequence + 1;
  return true;
}

/// Counts what there is to do, and has it done.
ToldAgain plan(store::Store& store, const ReplayTo& what, store::Request& request) {
  ToldAgain told;
  told.first_run = first_run_since(store, what.since_ms);
  auto first_sequence = store.first_sequence();
  store.each_share(store.destination_number(what.destination), [&](const ShareRow& row) {
    told.waiting += row.state == ShareState::owed || row.state == ShareState::removal_owed;
    if (row.told_in < told.first_run) return;
    told.refused += row.state == ShareState::refused;
    auto again = row;
    if (!owe_again(again, first_sequence)) return;
    ++(again.state == ShareState::owed ? told.shares : told.removals);
    request.shares.push_back(again);
  });
  // Rules that are not known decide all its shares anew.
  request.digests = {{"destination:" + what.destination, ""},
                     {replayed_name(what.destination), std::to_string(told.first_run)}};
  return told;
}

}  // namespace

namespace {

/// What stood when these runs began. Runs of before reports told it are not counted.
uint64_t generation_before(store::Store& store, uint64_t run) {
  for (const auto& one : store.runs(UINT32_MAX)) {
    if (one.number >= run) continue;
    auto report = nlohmann::json::parse(one.report);
    if (auto generation = report.value("generation", uint64_t{0})) return generation;
  }
  return 0;
}

std::string why_not_from(const Hub& hub, const store::StreamState& state) {
  if (state.cursor.empty()) return "";
  try {
    try_cursor(hub, state.source, state.stream, state.cursor);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

HeardAgain plan(const Hub& hub, store::Store& store, const ReplayFrom& what,
                store::Request& request) {
  HeardAgain heard;
  heard.generation = generation_before(store, first_run_since(store, what.since_ms));
  auto then = states_at(store, heard.generation);
  for (auto state : store.stream_states()) {
    if (state.source != what.source) continue;
    auto& stream = heard.streams.emplace_back();
    stream.name = state.stream;
    stream.is_read_whole = state.cursor.empty();
    if (stream.is_read_whole) continue;
    auto stood = std::ranges::find_if(then, [&](const store::FormerStreamState& one) {
      return one.state.source == state.source && one.state.stream == state.stream;
    });
    auto before = std::exchange(state.cursor, stood == then.end() ? "" : stood->state.cursor);
    stream.stays = why_not_from(hub, state);
    stream.cursor = stream.stays.empty() ? state.cursor : before;
    if (stream.cursor == before) continue;
    if (stood != then.end()) state.feeds_digest = stood->state.feeds_digest;
    request.states.push_back(state);
  }
  // Without a digest that is known all is read and mapped anew.
  request.digests = {{"source:" + what.source, ""}};
  return heard;
}

}  // namespace

HeardAgain hear_again(const Hub& hub, const ReplayFrom& what) {
  hub.source(what.source);  // refuses an unknown one
  must_be_over(hub, what.since_ms);
  store::Request request;
  if (what.is_dry) return plan(hub, *open_for_reading(hub).store, what, request);
  must_have_reason(what.why);
  return with_store(hub, "a replay", [&](store::Store& store) {
    auto heard = plan(hub, store, what, request);
    store.put_request(request, {hub.clock().now_ms(), what.actor, "replay from " + what.source,
                                "since " + world::iso_instant(what.since_ms), what.why});
    return heard;
  });
}

ToldAgain tell_again(const Hub& hub, const ReplayTo& what) {
  hub.destination(what.destination);  // refuses an unknown one
  must_be_over(hub, what.since_ms);
  store::Request request;
  if (what.is_dry) return plan(*open_for_reading(hub).store, what, request);
  must_have_reason(what.why);
  return with_store(hub, "a replay", [&](store::Store& store) {
    auto told = plan(store, what, request);
    if (request.shares.empty()) return told;
    store.put_request(request, {hub.clock().now_ms(), what.actor, "replay to " + what.destination,
                                "since " + world::iso_instant(what.since_ms) + ": " +
                                    std::to_string(told.shares) + " shares, " +
                                    std::to_string(told.removals) + " removals",
                                what.why});
    return told;
  });
}

bool was_told_before(store::Store& store, const std::string& destination) {
  return store.digest(replayed_name(destination)).has_value();
}

}  // namespace homeroom::flow
