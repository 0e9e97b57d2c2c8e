#include "hub/flow/sending.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include "hub/deliver/deliver.hpp"
#include "hub/flow/replay.hpp"
#include "hub/record/date.hpp"
#include "hub/store/store.hpp"
#include "hub/world/cancel.hpp"
#include "hub/world/clock.hpp"
#include "hub/world/digest.hpp"
#include "hub/world/meter.hpp"

namespace homeroom::flow {

namespace {

/// Sleeps in short pieces; false when the run was asked to stop.
bool wait(const world::Cancel& cancel, std::chrono::milliseconds time) {
  double until = world::steady_seconds() + static_cast<double>(time.count()) / 1000;
  while (world::steady_seconds() < until) {
    if (cancel.cancelled()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return !cancel.cancelled();
}

/// A first delivery may have to wait until a person has approved it by the destination's name.
bool may_begin(const Sending& what, std::size_t d) {
  const auto& destination = what.hub.workspace().destinations[d];
  const auto& tally = what.profiles.shares(d).tally();
  return destination.sends_first_at_once || what.options.approvals.contains(destination.name) ||
         what.options.approvals.contains(moved_store) ||
         was_told_before(what.store, destination.name) ||
         tally.in(store::ShareState::sent) + tally.in(store::ShareState::removed) > 0;
}

/// What all jobs that send to a destination agree on lies beside the store, under a name that any
/// file system takes.
std::filesystem::path shared_file(const Hub& hub, const settings::Destination& destination,
                                  const char* ending) {
  auto name = world::hex(world::sha256(destination.name)).substr(0, 16);
  return hub.lock_file().parent_path() / ("destination-" + name + ending);
}

deliver::Counts deliver_to(const Hub& hub, const settings::Destination& destination,
                           StoreOutbox& outbox) {
  try {
    auto sink = hub.open_destination(destination);
    std::mt19937_64 random(static_cast<uint64_t>(hub.clock().now_ms()));
    deliver::Waiting waiting;
    waiting.wait = [&hub](std::chrono::milliseconds time) { return wait(hub.cancel(), time); };
    waiting.jitter = [&random] { return std::uniform_real_distribution<double>(0, 1)(random); };
    const auto& sparing = destination.sparing;
    deliver::Breaker breaker(shared_file(hub, destination, ".breaker"),
                             {static_cast<uint32_t>(sparing.break_after), sparing.break_for},
                             hub.clock());
    auto burst = static_cast<uint32_t>(sparing.burst);
    auto turns = shared_file(hub, destination, "");
    world::Pace pace(turns.parent_path(), sparing.per_second, hub.clock(), burst);
    deliver::Target target{
        *sink, destination.name, hub.tenant() + '/' + destination.name, breaker, {}};
    if (sparing.per_second > 0) target.tempo = {&pace, turns.filename(), burst};
    deliver::Patience patience;
    patience.most = sparing.within;
    patience.tries = static_cast<uint32_t>(sparing.tries);
    patience.budget = sparing.retry_budget;
    return deliver::deliver(target, outbox, patience, waiting);
  } catch (const Error& error) {
    // Published already: what was not sent waits in the outbox, whatever the reason.
    auto counts = outbox.kept();
    counts.pending = outbox.owed().upserts - counts.delivered - counts.refused;
    counts.removals_pending = outbox.owed().removals - counts.removed;
    counts.trouble = error.what();
    return counts;
  }
}

/// Which span of the calendar has the destination hear nothing today; empty if none.
std::string quiet_span(const Hub& hub, const std::string& destination) {
  const auto& calendar = hub.workspace().calendar;
  auto today = hub.run_date();
  if (calendar.rollover && calendar.rollover->has(today))
    return "nothing is sent during rollover, until " + record::iso_date(calendar.rollover->last);
  for (const auto& quiet : calendar.quiet)
    if (quiet.destination == destination && quiet.dates.has(today))
      return "nothing is sent until " + record::iso_date(quiet.dates.last) + ": " + quiet.why;
  return "";
}

/// Why everything stays owed; empty when sending may begin.
std::string what_holds(const Sending& what, std::size_t d) {
  if (what.store.was_moved())
    return "this store is a backup or a copy from another place; when it is the one to send from: "
           "homeroom run " +
           what.options.job + " --approve " + moved_store + " --why TEXT";
  if (auto quiet = quiet_span(what.hub, what.hub.workspace().destinations[d].name); !quiet.empty())
    return quiet;
  if (may_begin(what, d)) return "";
  return "the first delivery waits for a person: homeroom run " + what.options.job + " --approve " +
         what.hub.workspace().destinations[d].name;
}

void send_owed(const Sending& what, std::size_t d, Refusals& refusals,
               record::DeliveryCounts& counts) {
  StoreOutbox outbox(what.store, what.governor, d, what.profiles, refusals, what.persons,
                     what.pulse, what.hub.clock().now_ms());
  auto sent = deliver_to(what.hub, what.hub.workspace().destinations[d], outbox);
  counts.delivered = sent.delivered;
  counts.refused += sent.refused;
  counts.pending = sent.pending;
  counts.removed = sent.removed;
  counts.removals_pending = sent.removals_pending;
  counts.trouble = sent.trouble;
}

record::DeliveryCounts send_one(const Sending& what, std::size_t d) {
  const auto& destination = what.hub.workspace().destinations[d];
  auto counts = what.profiles.delivery(d);
  counts.trouble = what_holds(what, d);
  bool is_held = !counts.trouble.empty();
  bool is_closed = !what.is_published && !what.options.is_dry;  // a first load: nothing was refused
  bool sends = what.is_published && !what.options.is_dry && !is_held &&
               is_of_job(what.job, destination.name);
  if (!sends) {
    (is_held ? counts.held : counts.pending) +=
        what.profiles.shares(d).tally().in(store::ShareState::owed);
    counts.removals_pending = counts.removals_owed;
  }
  if (is_closed) return counts;
  Refusals refusals(what.store, destination.name, what.run);
  const auto& shares = what.profiles.shares(d);
  // A person knows those and stopped them.
  auto dropped = refusals.dropped(shares);
  counts.refused -= dropped;
  counts.held += dropped;
  if (sends) send_owed(what, d, refusals, counts);
  if (what.is_published) refusals.settle(shares);
  counts.cleared = refusals.cleared();
  counts.refusals = refusals.told(shares);
  return counts;
}

}  // namespace

bool is_of_job(const settings::Job& job, const std::string& destination) {
  return job.all_destinations ||
         std::ranges::find(job.destinations, destination) != job.destinations.end();
}

std::vector<record::DeliveryCounts> send(const Sending& what) {
  std::vector<record::DeliveryCounts> deliveries;
  for (std::size_t d = 0; d < what.governor.destinations().size(); ++d)
    deliveries.push_back(send_one(what, d));
  return deliveries;
}

}  // namespace homeroom::flow
