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
};

Metrics::Metrics(jobs::Memory& memory, const jobs::Queue& queue, std::filesystem::path disk)
    : memory_(memory),
      queue_(queue),
      disk_(std::move(disk)),
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
  std::error_code unknown;
  auto space = std::filesystem::space(disk_, unknown);
  if (!unknown) families_->disk_free.Set(static_cast<double>(space.available));
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace homeroom::server
