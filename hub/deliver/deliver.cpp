#include "hub/deliver/deliver.hpp"

#include <algorithm>

#include "hub/deliver/attempt.hpp"

namespace homeroom::deliver {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_pause = std::chrono::minutes(15);

// first * 2^n with full jitter, but never sooner than the destination asked for.
milliseconds pause_before(uint32_t next_try, const Patience& patience, double jitter,
                          uint32_t retry_after_s) {
  milliseconds most = patience.first;
  for (uint32_t n = 1; n < next_try && most < longest_pause; ++n) most *= 2;
  most = std::min(most, longest_pause);
  milliseconds drawn(static_cast<int64_t>(static_cast<double>(most.count()) * jitter));
  return std::max(drawn, milliseconds(std::chrono::seconds(retry_after_s)));
}

uint64_t most_in_vain(const Patience& patience, uint64_t owed) {
  constexpr uint64_t always = 10;
  return std::max(always, static_cast<uint64_t>(patience.budget * static_cast<double>(owed)));
}

}  // namespace

Counts deliver(const Target& target, Outbox& outbox, const Patience& patience,
               const Waiting& waiting) {
  Attempts attempts(target, outbox, waiting);
  if (attempts.owed() == 0) return {};
  auto& breaker = target.breaker;
  std::string trouble = "it failed again and again in the run before";
  milliseconds waited{0};
  milliseconds pause = breaker.remaining();
  for (uint32_t tried = 0;;) {
    if (waited + pause > patience.most) {
      trouble += "; waiting longer is left to the next run";
      break;
    }
    waited += pause;
    if (pause.count() > 0 && !waiting.wait(pause)) {
      trouble += "; the run was asked to stop, the next one tries again";
      break;
    }
    bool was_half_open = breaker.is_half_open();
    Ending ending = attempts.run();
    trouble = ending.says;
    if (ending.kind != Ending::Kind::again) break;
    pause = breaker.remaining();
    bool is_well_again = was_half_open && pause.count() == 0 && !breaker.is_half_open();
    if (is_well_again) continue;
    if (pause.count() > 0) trouble += "; it failed again and again, so the rest is held back";
    if (++tried >= patience.tries) {
      trouble += "; tried " + std::to_string(tried) + " times, the next run tries again";
      break;
    }
    if (attempts.tried_in_vain() > most_in_vain(patience, attempts.owed())) {
      trouble += "; too much was tried again in vain, the next run tries again";
      break;
    }
    pause = std::max(pause, pause_before(tried, patience, waiting.jitter(), ending.retry_after_s));
  }
  Counts counts = attempts.counts();
  counts.trouble = trouble;
  return counts;
}

}  // namespace homeroom::deliver
