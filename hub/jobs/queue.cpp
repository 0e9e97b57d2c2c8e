#include "hub/jobs/queue.hpp"

#include <algorithm>

namespace homeroom::jobs {

namespace {

constexpr int64_t first_wait_ms = 1000;
constexpr int64_t longest_wait_ms = 15 * 60'000;

void make_ready(Item& item, int64_t not_before_ms) {
  item.state = ItemState::ready;
  item.owner.clear();
  item.not_before_ms = not_before_ms;
}

void count_crash(Item& item, const std::string& why, int64_t now_ms) {
  ++item.crashes;
  item.last_error = why;
  make_ready(item, now_ms);
  if (item.crashes < dead_after_crashes) return;
  item.state = ItemState::dead;
  item.outcome = "dead";
  item.ended_ms = now_ms;
}

}  // namespace

int64_t backoff_ms(uint32_t attempt, double share) {
  auto doubled = first_wait_ms << std::min(attempt, 20u);
  return static_cast<int64_t>(static_cast<double>(std::min(doubled, longest_wait_ms)) * share);
}

std::optional<Item> Queue::claim(const std::string& step, const std::string& owner) {
  auto now = now_();
  return memory_.claim(step, now.wall_ms, owner, now.boot, now.since_boot_ms + lease_ms);
}

bool Queue::beat(const Item& item) {
  if (memory_.extend(item.id, item.fence, now_().since_boot_ms + lease_ms)) return true;
  ++fenced_;
  return false;
}

bool Queue::settle(const Item& item, const Effects& effects) {
  bool is_mine = false;
  memory_.atomically([&] {
    is_mine = memory_.settle(item);
    if (is_mine && effects) effects(item);
  });
  if (!is_mine) ++fenced_;
  return is_mine;
}

bool Queue::finish(Item item, const std::string& outcome, const Effects& effects) {
  item.state = ItemState::done;
  item.outcome = outcome;
  item.ended_ms = now_().wall_ms;
  return settle(item, effects);
}

bool Queue::retry(Item item, const std::string& why, int64_t retry_after_ms,
                  const Effects& effects) {
  item.last_error = why;
  if (now_().wall_ms >= item.ended_ms) return finish(std::move(item), "failed", effects);
  auto wait = std::max(backoff_ms(item.attempt, random_()), retry_after_ms);
  make_ready(item, now_().wall_ms + wait);
  item.state = ItemState::waiting;
  return settle(item, {});
}

bool Queue::postpone(Item item, const std::string& why, int64_t wait_ms) {
  item.last_error = why;
  --item.attempt;
  make_ready(item, now_().wall_ms + wait_ms);
  item.state = ItemState::waiting;
  return settle(item, {});
}

bool Queue::crashed(Item item, const std::string& why, const Effects& effects) {
  count_crash(item, why, now_().wall_ms);
  return settle(item, item.state == ItemState::dead ? effects : Effects());
}

bool Queue::give_back(Item item) {
  --item.attempt;
  make_ready(item, now_().wall_ms);
  return settle(item, {});
}

void Queue::expire(const std::function<bool(const Item&)>& is_gone,
                   const std::function<bool(const Item&)>& is_too_late, const Effects& effects) {
  auto now = now_();
  for (auto& item : memory_.leased()) {
    bool has_run_out = item.boot != now.boot || item.lease_until <= now.since_boot_ms;
    if (!has_run_out && !is_gone(item)) continue;
    bool is_late = is_too_late(item);
    count_crash(item, "interrupted", now.wall_ms);
    if (item.state == ItemState::ready && is_late) {
      item.state = ItemState::done;
      item.outcome = "interrupted";
      item.ended_ms = now.wall_ms;
    }
    // Its worker may beat just now; then the row has moved on and nothing is written.
    memory_.atomically([&] {
      if (memory_.settle(item) && item.state != ItemState::ready) effects(item);
    });
  }
}

}  // namespace homeroom::jobs
