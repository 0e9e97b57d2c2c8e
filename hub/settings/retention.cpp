#include "hub/settings/retention.hpp"

namespace homeroom::settings {

namespace {

void read_days(const Node& of, const char* name, int64_t& days) {
  constexpr int64_t most = 36'500;
  auto node = of.find(name);
  if (!node) return;
  days = node.days();
  if (days < 1 || days > most) node.refuse("expected 1 to 36500 days");
}

}  // namespace

Retention read_retention(const Node& node) {
  Retention retention;
  node.only({"quarantine", "left_students", "run_reports", "states", "records"});
  read_days(node, "quarantine", retention.quarantine);
  read_days(node, "left_students", retention.left_students);
  read_days(node, "run_reports", retention.run_reports);
  read_days(node, "states", retention.states);
  auto records = node.find("records");
  if (!records) return retention;
  records.only({"ferpa", "hipaa", "hmis", "part2"});
  for (auto& [regime, days] : retention.records) read_days(records, regime.c_str(), days);
  return retention;
}

}  // namespace homeroom::settings
