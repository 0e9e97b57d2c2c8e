#include "hub/flow/pulse.hpp"

#include "homeroom/error.hpp"
#include "hub/world/cancel.hpp"
#include "hub/world/meter.hpp"

namespace homeroom::flow {

namespace {

constexpr uint64_t looks_at_clock_every = 64;
constexpr double seconds_between = 0.1;

}  // namespace

void Pulse::begin(std::string doing, uint64_t expected) {
  now_ = {std::move(doing), 0, expected};
  told_at_ = 0;
  told_when_ = 0;
  if (tell_) tell_(now_);
}

void Pulse::step(uint64_t more) {
  if (cancel_.cancelled()) throw Error(Next::stop, "asked to stop");
  now_.done += more;
  if (!tell_ || now_.done < told_at_ + looks_at_clock_every) return;
  told_at_ = now_.done;
  auto when = world::steady_seconds();
  if (when - told_when_ < seconds_between) return;
  told_when_ = when;
  tell_(now_);
}

}  // namespace homeroom::flow
