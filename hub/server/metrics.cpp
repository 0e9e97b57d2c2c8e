#include "hub/server/metrics.hpp"

#include <array>
#include <sstream>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace homeroom::server {

namespace {

using jobs::ItemState;

constexpr std::array<std::pair<ItemState, const char*>, 6> states = {
    {{ItemState::ready, "ready"},
     {ItemState::leased, "leased"},
     {ItemState::done, "done"},
     {ItemState::waiting, "waiting"},
     {ItemState::dead, "dead"},
     {ItemState::cancelled, "cancelled"}}};

const prometheus::Histogram::BucketBoundaries seconds = {1, 5, 15, 60, 300, 900, 3600, 4 * 3600};

constexpr int64_t between_looks_ms = 30'000;

/// Before the first run nothing may be there but a folder above.
std::optional<double> free_bytes(std::filesystem::path place) {
  std::error_code unknown;
  while (!std::filesystem::exists(place, unknown) && place.has_relative_path())
    place = place.parent_path();
  auto space = std::filesystem::space(place, unknown);
  return unknown ? std::nullopt : std::optional(static_cast<double>(space.available));
}

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& runs = prometheus::BuildCounter()
                                                      .Name("homeroom_runs_total")
                                                      .Help("Runs by how they ended")
                                                      .Register(registry);
  prometheus::Family<prometheus::Histogram>& durations = prometheus::BuildHistogram()
                                                             .Name("homeroom_run_duration_seconds")
                                                             .Help("How long runs took")
                                                             .Register(registry);
  prometheus::Family<prometheus::Counter>& records =
      prometheus::BuildCounter()
          .Name("homeroom_records_total")
          .Help("Records read, by what became of them")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& succeeded =
      prometheus::BuildGauge()
          .Name("homeroom_last_success_timestamp_seconds")
          .Help("When a run of the job last ended well")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& items =
      prometheus::BuildGauge()
          .Name("homeroom_work_items")
          .Help("Work items by state; ended ones for 90 days")
          .Register(registry);
  prometheus::Gauge& oldest = prometheus::BuildGauge()
                                  .Name("homeroom_work_oldest_ready_seconds")
                                  .Help("For how long the oldest item that may begin has waited")
                                  .Register(registry)
                                  .Add({});
  prometheus::Gauge& dead = prometheus::BuildGauge()
                                .Name("homeroom_dead_items")
                                .Help("Items that ended their process again and again")
                                .Register(registry)
                                .Add({});
  prometheus::Counter& fenced =
      prometheus::BuildCounter()
          .Name("homeroom_fenced_total")
          .Help("Writes turned away because their lease was lost, since the start")
          .Register(registry)
          .Add({});
  prometheus::Gauge& disk_free = prometheus::BuildGauge()
                                     .Name("homeroom_disk_free_bytes")
                                     .Help("What the disk of the store has left")
                                     .Register(registry)
                                     .Add({});
  prometheus::Family<prometheus::Gauge>& lag =
      prometheus::BuildGauge()
          .Name("homeroom_source_lag_seconds")
          .Help("How old the newest data is that was published of a source")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& unknown =
      prometheus::BuildGauge()
          .Name("homeroom_delivery_unknown")
          .Help("Shares and removals without a receipt: waiting, or nobody knows")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& transaction =
      prometheus::BuildGauge()
          .Name("homeroom_store_oldest_transaction_seconds")
          .Help("For how long the oldest transaction in the store's database is open; on a server")
          .Register(registry);
};

Metrics::Metrics(jobs::Memory& memory, const jobs::Queue& queue, std::filesystem::path disk,
                 Watch watch)
    : memory_(memory),
      queue_(queue),
      disk_(std::filesystem::absolute(disk)),
      watch_(std::move(watch)),
      families_(std::make_unique<Families>()) {}

Metrics::~Metrics() = default;

void Metrics::count(const jobs::Item& run, const jobs::RunEnd& end) {
  static constexpr std::array<const char*, 4> kinds = {"ended", "locked", "crashed", "stopped"};
  bool has_ended = end.kind == jobs::RunEnd::Kind::ended;
  families_->runs
      .Add({{"job", run.job},
            {"status", has_ended ? end.outcome : kinds[static_cast<std::size_t>(end.kind)]}})
      .Increment();
  if (!has_ended) return;
  families_->durations.Add({{"job", run.job}}, seconds).Observe(end.seconds);
  for (const auto& [outcome, count] : end.records)
    families_->records.Add({{"outcome", outcome}}).Increment(static_cast<double>(count));
  if (end.outcome == "succeeded" || end.outcome == "partial")
    families_->succeeded.Add({{"job", run.job}}).SetToCurrentTime();
}

std::string Metrics::text() {
  std::lock_guard lock(mutex_);
  auto now = queue_.now().wall_ms;
  auto counts = memory_.counts();
  for (const auto& [state, name] : states)
    families_->items.Add({{"state", name}}).Set(static_cast<double>(counts[state]));
  families_->dead.Set(static_cast<double>(counts[ItemState::dead]));
  auto oldest = memory_.oldest_ready_ms(now);
  families_->oldest.Set(oldest ? static_cast<double>(now - *oldest) / 1000 : 0);
  families_->fenced.Increment(static_cast<double>(queue_.fenced()) - families_->fenced.Value());
  if (auto free = free_bytes(disk_)) families_->disk_free.Set(*free);
  look_at_store(queue_.now().since_boot_ms);
  tell_store(now);
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

/// A store that cannot be reached is what it was when it was seen last; the age of its data grows.
void Metrics::look_at_store(int64_t since_boot_ms) {
  if (!watch_ || (looked_at_ && since_boot_ms - *looked_at_ < between_looks_ms)) return;
  looked_at_ = since_boot_ms;
  try {
    watched_ = watch_();
  } catch (const std::exception&) {  // who asks for numbers is not told of it; runs are
    return;
  }
}

void Metrics::tell_store(int64_t now_ms) {
  if (!watched_) return;
  for (const auto& [source, newest_ms] : watched_->newest_ms)
    families_->lag.Add({{"source", source}}).Set(static_cast<double>(now_ms - newest_ms) / 1000);
  for (const auto& [destination, count] : watched_->without_receipt)
    families_->unknown.Add({{"destination", destination}}).Set(static_cast<double>(count));
  if (watched_->oldest_transaction_s)
    families_->transaction.Add({}).Set(*watched_->oldest_transaction_s);
}

}  // namespace homeroom::server
