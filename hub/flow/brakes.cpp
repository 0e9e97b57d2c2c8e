#include "hub/flow/brakes.hpp"

namespace homeroom::flow {

Brakes::Brakes(const std::map<std::string, settings::Brake>& limits,
               const std::map<std::string, std::string>& approvals, const std::string& job)
    : limits_(limits), approvals_(approvals), job_(job) {}

void Brakes::weigh(const std::string& name, uint64_t count, uint64_t of, const std::string& where) {
  const auto& limits = limits_.at(name);
  record::BrakeState state;
  state.brake = name;
  state.limit = limits.above;
  state.value = of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of);
  state.tripped = state.value > limits.above && count > static_cast<uint64_t>(limits.at_least);
  if (state.tripped && approvals_.contains(name)) {
    state.approved = true;
    state.tripped = false;
  }
  if (state.tripped)
    trouble_.push_back(name + ": " + (where.empty() ? "" : where + ", ") + std::to_string(count) +
                       " of " + std::to_string(of) + "; when that is right: homeroom run " + job_ +
                       " --approve " + name + " --why TEXT");
  states_.push_back(state);
}

}  // namespace homeroom::flow
