#include "hub/settings/sparing.hpp"

namespace homeroom::settings {

namespace {

int64_t count(const Node& node, int64_t most) {
  auto value = node.integer();
  if (value < 1 || value > most) node.refuse("expected 1 to " + std::to_string(most));
  return value;
}

std::chrono::seconds seconds(const Node& node) {
  constexpr int64_t most = 24 * 3600;
  auto value = node.seconds();
  if (value < 1 || value > most) node.refuse("expected 1 second to 24 hours");
  return std::chrono::seconds(value);
}

}  // namespace

Sparing read_sparing(const Node& destination) {
  Sparing sparing;
  constexpr int64_t many = 1000;
  if (auto pace = destination.find("pace")) {
    pace.only({"per_second", "burst"});
    sparing.per_second = static_cast<double>(count(pace.require("per_second"), many));
    if (auto burst = pace.find("burst")) sparing.burst = count(burst, many);
  }
  if (auto breaker = destination.find("breaker")) {
    breaker.only({"after", "for"});
    if (auto after = breaker.find("after")) sparing.break_after = count(after, many);
    if (auto span = breaker.find("for")) sparing.break_for = seconds(span);
  }
  if (auto retry = destination.find("retry")) {
    retry.only({"tries", "within", "budget"});
    if (auto tries = retry.find("tries")) sparing.tries = count(tries, many);
    if (auto within = retry.find("within")) sparing.within = seconds(within);
    if (auto budget = retry.find("budget")) sparing.retry_budget = budget.proportion();
  }
  return sparing;
}

}  // namespace homeroom::settings
