#include "hub/flow/run_book.hpp"

#include <algorithm>

#include "hub/flow/first_nights.hpp"
#include "hub/world/world.hpp"

namespace homeroom::flow {

uint64_t RunBook::next_number() {
  uint64_t used = 0;
  if (store_.is_new())
    for (const auto& run : FirstNights(hub_).runs()) used = std::max(used, run.number);
  auto number = store_.next_run();
  while (number <= used) number = store_.next_run();
  return number;
}

void RunBook::write_down(const record::Report& report, bool is_published) {
  if (is_published)
    for (const auto& [what, why] : options_.approvals)
      if (what != moved_store) store_.put_audit(approved(what, why));
  audit_strangers();
  FirstNights(hub_).move_into(store_);
  store_.put_run(row(report));
}

void RunBook::write_down_beside(const record::Report& report) {
  if (!options_.is_dry) FirstNights(hub_).note(row(report));
}

store::AuditRow RunBook::approved(const std::string& what, const std::string& why) const {
  return {hub_.clock().now_ms(), options_.actor, "approve", what, why};
}

/// Whose code saw this night's records although nobody vouches for it.
void RunBook::audit_strangers() {
  if (!hub_.workspace().plugins.allows_unsigned) return;
  for (const auto& stranger : hub_.strangers())
    store_.put_audit({hub_.clock().now_ms(), options_.actor, "run with an unsigned plugin",
                      stranger, "plugins: {unsigned: allow}"});
}

store::RunRow RunBook::row(const record::Report& report) const {
  return {report.run, report.job, report.status, record::report_json(report),
          hub_.clock().now_ms()};
}

}  // namespace homeroom::flow
