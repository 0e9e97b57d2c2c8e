#include "hub/jobs/setback.hpp"

#include <algorithm>

namespace homeroom::jobs {

namespace {

constexpr double first_wait_s = 60, longest_wait_s = 900;
constexpr double hiccup_s = 5;
constexpr std::chrono::milliseconds longest_pause{5000};

}  // namespace

bool Setback::failed(double now) {
  if (times_++ == 0) {
    since_ = now;
    wait_ = 0;
    tell_at_ = now;
  }
  if (now < tell_at_) return false;
  wait_ = std::min(std::max(wait_ * 2, first_wait_s), longest_wait_s);
  tell_at_ = now + wait_;
  return true;
}

std::optional<Setback::Over> Setback::worked(double now) {
  if (times_ == 0) return std::nullopt;
  Over over{times_, now - since_};
  times_ = 0;
  since_ = 0;
  return over;
}

std::chrono::milliseconds Setback::pause() const {
  auto doublings = std::min<uint64_t>(times_, 4);
  return std::min(shortest_pause * (1 << doublings), longest_pause);
}

bool Setback::lasts(double now) const {
  auto since = since_.load();
  return since > 0 && now - since >= hiccup_s;
}

}  // namespace homeroom::jobs
