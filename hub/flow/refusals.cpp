#include "hub/flow/refusals.hpp"

#include <algorithm>
#include <map>

#include "hub/flow/refused.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

using store::ShareState;

/// The share is still the one that was refused.
bool stands(const store::Refusal& refusal, const Shares& shares) {
  const auto& share = shares[refusal.person];
  return share.state == ShareState::refused && share.sequence == refusal.sequence;
}

std::vector<store::Refusal> of_destination(store::Store& store, uint32_t destination) {
  auto all = store.refusals();
  std::erase_if(all, [&](const auto& one) { return one.destination != destination; });
  return all;
}

}  // namespace

Refusals::Refusals(store::Store& store, const std::string& destination, uint64_t run)
    : store_(store),
      destination_(destination),
      number_(store.destination_number(destination)),
      run_(run),
      all_(of_destination(store, number_)) {}

const store::Refusal* Refusals::of(uint32_t person) const {
  auto found = std::ranges::lower_bound(all_, person, {}, &store::Refusal::person);
  return found != all_.end() && found->person == person ? &*found : nullptr;
}

void Refusals::note(const store::ShareRow& share, const std::string& why) {
  store::Refusal refusal{run_, 0, share.destination, share.person, share.sequence, false, why};
  if (const auto* before = of(share.person); before && before->why == why) {
    refusal.run = before->run;
    refusal.number = before->number;
  }
  store_.put_refusal(refusal);
}

void Refusals::settle(const Shares& shares) {
  all_ = of_destination(store_, number_);
  std::vector<store::Refusal> ended, unknown;
  uint64_t known = 0;
  for (const auto& refusal : all_) {
    known += stands(refusal, shares);
    auto state = shares[refusal.person].state;
    bool is_open = stands(refusal, shares) || state == ShareState::owed;
    if (!is_open) ended.push_back(refusal);
    cleared_ += state == ShareState::sent;
  }
  // Of a store of before reasons were kept.
  if (known != store_.share_tally(number_).in(ShareState::refused))
    store_.each_share(number_, [&](const store::ShareRow& share) {
      if (share.state == ShareState::refused &&
          !(of(share.person) && stands(*of(share.person), shares)))
        unknown.push_back({run_, 0, number_, share.person, share.sequence, false,
                           "refused before; the reason was not kept"});
    });
  if (ended.empty() && unknown.empty()) return;
  store_.begin_receipts();
  try {
    for (const auto& refusal : ended) store_.erase_refusal(refusal);
    for (const auto& refusal : unknown) store_.put_refusal(refusal);
    store_.commit_receipts();
  } catch (...) {
    store_.rollback();
    throw;
  }
  all_ = of_destination(store_, number_);
}

uint64_t Refusals::dropped(const Shares& shares) const {
  return static_cast<uint64_t>(std::ranges::count_if(
      all_, [&](const auto& refusal) { return refusal.is_dropped && stands(refusal, shares); }));
}

std::string Refusals::told(const Shares& shares) const {
  std::map<std::string, uint64_t> reasons;
  std::string id;
  uint64_t students = 0;
  for (const auto& refusal : all_) {
    if (refusal.is_dropped || !stands(refusal, shares)) continue;
    ++reasons[refusal.why];
    ++students;
    id = aside_id(refusal);
  }
  if (students == 0) return "";
  auto most = std::ranges::max_element(reasons, {}, [](const auto& one) { return one.second; });
  auto out = "refused " + std::to_string(students) + (students == 1 ? " student: " : " students: ");
  out += most->first;
  if (reasons.size() > 1)
    out += " (" + std::to_string(most->second) + " of them), and " +
           std::to_string(reasons.size() - 1) + " other reasons";
  return out + (students == 1 ? "; homeroom quarantine show " + id
                              : "; homeroom quarantine list --destination " + destination_);
}

}  // namespace homeroom::flow
