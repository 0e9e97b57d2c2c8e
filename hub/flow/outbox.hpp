// StoreOutbox: one destination's shares as deliver sees them. Bodies are made again from the published
// profiles, so what is sent is what this generation says.
#pragma once

#include <string>
#include <vector>

#include "hub/deliver/memory.hpp"
#include "hub/flow/profiles.hpp"
#include "hub/govern/govern.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

class StoreOutbox : public deliver::Outbox {
 public:
  /// `index` is the destination's place in the governor's list.
  StoreOutbox(store::Store& store, govern::Governor& governor, std::size_t index, const Profiles& profiles,
              const std::vector<store::Person>& persons, int64_t now_ms);

  uint64_t owed() override { return owed_; }
  uint64_t live() override { return live_; }
  uint64_t delivery_number() override;
  void each_owed(const std::function<void(const deliver::OutgoingShare&)>& visit) override;
  void each_live(const std::function<void(const deliver::OutgoingShare&)>& visit) override;
  void settle(std::string_view id, uint64_t sequence, deliver::Verdict verdict, std::string_view why) override;
  void settle_all() override;
  /// How many upserts and removals are owed.
  void each_kind(uint64_t& upserts, uint64_t& removals) const;

 private:
  bool fill(const store::ShareRow& row, deliver::OutgoingShare& share);
  void disclose(const store::ShareRow& row, const std::string& id);

  store::Store& store_;
  govern::Governor& governor_;
  std::size_t index_;
  const Profiles& profiles_;
  const std::vector<store::Person>& persons_;
  int64_t now_ms_;
  std::vector<store::ShareRow> rows_;      ///< sorted by person id
  std::vector<uint32_t> changed_;          ///< indexes into rows_ with a verdict not yet written
  uint64_t owed_ = 0;
  uint64_t live_ = 0;
  uint64_t number_ = 0;
};

}  // namespace homeroom::flow
