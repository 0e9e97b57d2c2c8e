#include "hub/flow/replay.hpp"

#include <algorithm>

#include "hub/flow/inspect.hpp"
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
