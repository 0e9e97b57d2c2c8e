#include "hub/deliver/breaker.hpp"

#include <algorithm>

#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/world/lock.hpp"

namespace homeroom::deliver {

namespace {

int64_t read_until(const std::filesystem::path& file) {
  std::error_code none;
  if (file.empty() || !std::filesystem::exists(file, none)) return 0;
  auto turn = world::take_turn(file);
  int64_t until = 0;
  return pread(turn.descriptor(), &until, sizeof until, 0) == sizeof until ? until : 0;
}

}  // namespace

Breaker::Breaker(std::filesystem::path file, const Rules& rules, const world::Clock& clock)
    : file_(std::move(file)), rules_(rules), clock_(clock), until_ms_(read_until(file_)) {}

// A clock that was set back may not keep it open for longer than it was meant to be.
std::chrono::milliseconds Breaker::remaining() const {
  auto left = std::chrono::milliseconds(until_ms_ - clock_.now_ms());
  return std::clamp(left, std::chrono::milliseconds(0), rules_.open_for);
}

void Breaker::succeed() {
  failures_ = 0;
  if (until_ms_ != 0) open_until(0);
}

void Breaker::fail() {
  if (remaining().count() > 0) return;  // sent before it opened
  if (++failures_ < rules_.after && until_ms_ == 0) return;
  open_until(clock_.now_ms() + rules_.open_for.count());
}

void Breaker::open_until(int64_t ms) {
  until_ms_ = ms;
  failures_ = 0;
  if (file_.empty()) return;
  auto turn = world::take_turn(file_);
  if (pwrite(turn.descriptor(), &ms, sizeof ms, 0) != sizeof ms)
    throw Error(Next::retry, file_.string() + ": cannot be written");
}

}  // namespace homeroom::deliver
