// StoreOutbox: one destination's shares as deliver sees them, as they were published.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/deliver/deliver.hpp"
#include "hub/deliver/memory.hpp"
#include "hub/flow/names.hpp"
#include "hub/flow/profiles.hpp"
#include "hub/flow/refusals.hpp"
#include "hub/govern/govern.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

class StoreOutbox : public deliver::Outbox {
 public:
  /// `index` is the destination's place in the governor's list.
  StoreOutbox(store::Store& store, const govern::Governor& governor, std::size_t index,
              Profiles& profiles, Refusals& refusals, const LookedUp<store::Person>& persons,
              Pulse& pulse, int64_t now_ms);

  deliver::Owed owed() override { return owed_; }
  /// What receipts were kept for; the rest of what was owed still is.
  const deliver::Counts& kept() const { return kept_; }
  uint64_t live() override;
  uint64_t delivery_number() override;
  void each_owed(const Visit& visit) override;
  void each_live(const Visit& visit) override;
  void each_removal(const std::function<void(uint32_t place)>& visit) override;
  std::optional<uint32_t> find(std::string_view id, uint64_t sequence) override;
  void settle(uint32_t place, deliver::Verdict verdict, std::string_view why) override;
  void settle_all() override;

 private:
  void order(std::vector<uint32_t> persons);
  void order_all();
  template <class Wanted>
  void each(Wanted is_wanted, const Visit& visit);
  void fill(uint32_t place, deliver::OutgoingShare& share);
  store::ShareRow& row(uint32_t place) { return rows_[order_[place]]; }
  std::string_view id(uint32_t place) const { return persons_[order_[place]].id; }
  void disclose(const store::ShareRow& row);
  void mask_reasons();
  void count_kept();
  void take_back();
  void in_receipts(const std::function<void()>& write);

  store::Store& store_;
  const govern::Governor& governor_;
  std::size_t index_;
  Profiles& profiles_;
  Refusals& refusals_;
  const LookedUp<store::Person>& persons_;
  Pulse& pulse_;
  int64_t now_ms_;
  Shares& rows_;                             ///< by person
  std::vector<uint32_t> order_;              ///< persons, sorted by id: places
  bool has_all_ = false;                     ///< all who have a share, not only who is owed one
  std::vector<uint32_t> changed_;            ///< places with a verdict not yet written
  std::map<uint32_t, std::string> reasons_;  ///< of refused ones among them, as they were told
  deliver::Owed owed_;
  bool is_all_of_this_run_ = true;  ///< what is owed
  deliver::Counts kept_;
  uint32_t next_ = 0;  ///< where find() looks first
};

}  // namespace homeroom::flow
