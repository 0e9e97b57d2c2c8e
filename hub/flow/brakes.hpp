// Brakes: what stops a run before it publishes because far more would change than on a usual night.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hub/record/report.hpp"
#include "hub/settings/settings.hpp"

namespace homeroom::flow {

class Brakes {
 public:
  /// All of it outlives the brakes. `approvals`: brake -> why it may pass.
  Brakes(const std::map<std::string, settings::Brake>& limits,
         const std::map<std::string, std::string>& approvals, const std::string& job);

  /// A brake trips when both its proportion and its smallest count are passed (spec: reliability
  /// R9), unless a person lets it pass. `where` is told beside the figures; empty: the whole
  /// district.
  void weigh(const std::string& name, uint64_t count, uint64_t of, const std::string& where = "");

  const std::vector<record::BrakeState>& states() const { return states_; }
  /// For each tripped brake what was found, and the command that lets it pass.
  const std::vector<std::string>& trouble() const { return trouble_; }
  bool has_tripped() const { return !trouble_.empty(); }

 private:
  const std::map<std::string, settings::Brake>& limits_;
  const std::map<std::string, std::string>& approvals_;
  const std::string& job_;
  std::vector<record::BrakeState> states_;
  std::vector<std::string> trouble_;
};

}  // namespace homeroom::flow
