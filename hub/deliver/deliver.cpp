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

}  // namespace

Counts deliver(plugin::Instance& sink, Outbox& outbox, const std::string& destination,
               const std::string& key_prefix, const Patience& patience, const Waiting& waiting) {
  Attempts attempts(sink, outbox, destination, key_prefix);
  if (!attempts.is_anything_owed()) return {};
  std::string trouble;
  milliseconds waited{0};
  for (uint32_t tried = 1;; ++tried) {
    Ending ending = attempts.run();
    trouble = ending.says;
    if (ending.kind != Ending::Kind::again) break;
    if (tried >= patience.tries) {
      trouble += "; tried " + std::to_string(tried) + " times, the next run tries again";
      break;
    }
    milliseconds pause = pause_before(tried, patience, waiting.jitter(), ending.retry_after_s);
    if (waited + pause > patience.most) {
      trouble += "; waiting longer is left to the next run";
      break;
    }
    waited += pause;
    if (!waiting.wait(pause)) {
      trouble += "; the run was asked to stop, the next one tries again";
      break;
    }
  }
  Counts counts = attempts.counts();
  counts.trouble = trouble;
  return counts;
}

}  // namespace homeroom::deliver
