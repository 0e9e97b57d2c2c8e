// RunBook: how a run is remembered: its number, its row, and in the audit log who approved what and
// whose code nobody vouches for.
#pragma once

#include <cstdint>
#include <string>

#include "hub/flow/hub.hpp"
#include "hub/flow/run.hpp"
#include "hub/record/report.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

class RunBook {
 public:
  /// All outlive it.
  RunBook(const Hub& hub, const RunOptions& options, store::Store& store)
      : hub_(hub), options_(options), store_(store) {}

  /// The number of the next run. A store that is being built counts from 1 each time; runs that
  /// failed had numbers, too.
  uint64_t next_number();
  /// Into the store, with what was approved for it if it `is_published`.
  void write_down(const record::Report& report, bool is_published);
  /// Beside the place of a store that is not there yet. A plan leaves nothing there.
  void write_down_beside(const record::Report& report);
  /// For the audit log.
  store::AuditRow approved(const std::string& what, const std::string& why) const;

 private:
  store::RunRow row(const record::Report& report) const;
  void audit_strangers();

  const Hub& hub_;
  const RunOptions& options_;
  store::Store& store_;
};

}  // namespace homeroom::flow
