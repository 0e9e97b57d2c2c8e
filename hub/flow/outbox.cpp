#include "hub/flow/outbox.hpp"

#include <algorithm>
#include <utility>

#include "hub/flow/few.hpp"
#include "hub/flow/masked_reason.hpp"
#include "hub/store/store.hpp"
#include "hub/world/digest.hpp"

namespace homeroom::flow {

namespace {

using store::ShareState;

bool is_owed(const store::ShareRow& row) {
  return row.state == ShareState::owed || row.state == ShareState::removal_owed;
}

bool is_live(const store::ShareRow& row) {
  return row.state == ShareState::owed || row.state == ShareState::sent;
}

}  // namespace

StoreOutbox::StoreOutbox(store::Store& store, const govern::Governor& governor, std::size_t index,
                         Profiles& profiles, Refusals& refusals,
                         const LookedUp<store::Person>& persons, Pulse& pulse, int64_t now_ms)
    : store_(store),
      governor_(governor),
      index_(index),
      profiles_(profiles),
      refusals_(refusals),
      persons_(persons),
      pulse_(pulse),
      now_ms_(now_ms),
      rows_(profiles.shares(index)) {
  owed_.upserts = rows_.tally().in(ShareState::owed);
  owed_.removals = rows_.tally().in(ShareState::removal_owed);
  order(rows_.in({ShareState::owed, ShareState::removal_owed}));
  is_all_of_this_run_ = std::ranges::all_of(
      order_, [&](uint32_t person) { return rows_[person].told_in == refusals_.run(); });
}

void StoreOutbox::order(std::vector<uint32_t> persons) {
  order_ = std::move(persons);
  persons_.expect(order_.size());
  auto by_id = [&](uint32_t person) -> const std::string& { return persons_[person].id; };
  // Persons are numbered in the order of their ids on a first load, those who came since behind.
  auto later = std::ranges::is_sorted_until(order_, {}, by_id);
  std::ranges::sort(later, order_.end(), {}, by_id);
  std::ranges::inplace_merge(order_, later, {}, by_id);
}

/// A snapshot is of all of them.
void StoreOutbox::order_all() {
  if (!std::exchange(has_all_, true)) order(rows_.all());
}

uint64_t StoreOutbox::live() {
  order_all();
  return static_cast<uint64_t>(
      std::ranges::count_if(order_, [&](uint32_t person) { return is_live(rows_[person]); }));
}

// Receipts that cannot be kept are taken back: their shares are owed still, and go out again under
// the same key.
void StoreOutbox::in_receipts(const std::function<void()>& write) {
  try {
    store_.begin_receipts();
    write();
    store_.commit_receipts();
  } catch (...) {
    take_back();
    store_.rollback();
    throw;
  }
}

void StoreOutbox::take_back() {
  for (auto place : changed_) {
    auto& state = row(place).state;
    state = state == ShareState::removed ? ShareState::removal_owed : ShareState::owed;
  }
  changed_.clear();
  reasons_.clear();
}

void StoreOutbox::count_kept() {
  for (auto place : changed_) {
    auto state = row(place).state;
    kept_.delivered += state == ShareState::sent;
    kept_.refused += state == ShareState::refused;
    kept_.removed += state == ShareState::removed;
  }
}

uint64_t StoreOutbox::delivery_number() {
  uint64_t number = 0;
  in_receipts([&] {
    number =
        store_.next_delivery_number(store_.destination_number(governor_.destinations()[index_]));
  });
  return number;
}

void StoreOutbox::fill(uint32_t place, deliver::OutgoingShare& share) {
  const auto& row = rows_[order_[place]];
  const auto& person = persons_[row.person];
  share.id = person.id;
  share.place = place;
  share.sequence = row.sequence;
  share.is_owed = is_owed(row);
  share.is_removal = row.state == ShareState::removal_owed;
  share.replaced_by = person.merged_into;
  share.digest.clear();
  share.body.clear();
  if (share.is_removal) return;
  share.digest = world::hex(row.digest);
  profiles_.body(index_, row.person, share.body);
}

template <class Wanted>
void StoreOutbox::each(Wanted is_wanted, const Visit& visit) {
  store_.at_one_moment([&] {
    deliver::OutgoingShare share;
    pulse_.begin("sending to " + governor_.destinations()[index_], order_.size());
    for (uint32_t place = 0; place < order_.size(); ++place) {
      pulse_.step(1);
      if (!is_wanted(row(place))) continue;
      fill(place, share);
      visit(share);
    }
  });
}

void StoreOutbox::each_owed(const Visit& visit) {
  each(is_owed, visit);
}

void StoreOutbox::each_live(const Visit& visit) {
  order_all();
  each(is_live, visit);
}

void StoreOutbox::each_removal(const std::function<void(uint32_t place)>& visit) {
  for (uint32_t place = 0; place < order_.size(); ++place)
    if (row(place).state == ShareState::removal_owed) visit(place);
}

// Answers come in the order of the shares from nearly every destination.
std::optional<uint32_t> StoreOutbox::find(std::string_view id, uint64_t sequence) {
  bool is_next = next_ < order_.size() && this->id(next_) == id;
  if (!is_next) {
    auto found = std::ranges::lower_bound(
        order_, id, {}, [&](uint32_t person) -> std::string_view { return persons_[person].id; });
    next_ = static_cast<uint32_t>(found - order_.begin());
    if (found == order_.end() || this->id(next_) != id) return std::nullopt;
  }
  auto place = next_++;
  if (row(place).sequence != sequence) return std::nullopt;
  return place;
}

void StoreOutbox::settle(uint32_t place, deliver::Verdict verdict, std::string_view why) {
  auto& settled = row(place);
  if (verdict == deliver::Verdict::not_now || !is_owed(settled)) return;
  bool is_removal = settled.state == ShareState::removal_owed;
  if (is_removal)
    settled.state = ShareState::removed;
  else
    settled.state = verdict == deliver::Verdict::taken ? ShareState::sent : ShareState::refused;
  settled.told_in = refusals_.run();
  if (settled.state == ShareState::refused) reasons_[place] = why;
  changed_.push_back(place);
}

/// Nobody vouches for what a server behind a plugin says: what it repeats of a share is masked.
void StoreOutbox::mask_reasons() {
  std::string body;
  for (auto& [place, why] : reasons_) {
    profiles_.body(index_, row(place).person, body);
    why = masked_reason(why, body);
  }
}

void StoreOutbox::disclose(const store::ShareRow& row) {
  auto basis = governor_.basis(index_);
  store::Disclosure entry;
  entry.destination = row.destination;
  entry.person = persons_[row.person].id;
  entry.recipient = basis.recipient;
  entry.purpose = basis.purpose;
  entry.agreement = basis.agreement;
  entry.rules = basis.rules;
  entry.classes = basis.classes;
  entry.policy_version = basis.policy_version;
  entry.sequence = row.sequence;
  entry.digest = world::hex(row.digest);
  entry.at_ms = now_ms_;
  store_.put_disclosure(entry);
}

// Receipt and disclosure record stand in one transaction: 34 CFR 99.32 asks for every one.
void StoreOutbox::settle_all() {
  if (changed_.empty()) return;
  bool is_owed_nothing = std::ranges::none_of(
      order_, [&](uint32_t person) { return rows_[person].state == ShareState::owed; });
  // Many answers are written in one pass over all shares.
  bool are_many = !are_few(changed_.size(), rows_.persons());
  bool sent_all = is_owed_nothing && is_all_of_this_run_ && are_many;
  bool is_disclosure = governor_.is_disclosure(index_);
  mask_reasons();
  in_receipts([&] {
    for (auto place : changed_) {
      const auto& settled = row(place);
      bool is_sent = settled.state == ShareState::sent;
      // When nothing is left owed, all that is not written here was sent, in the run it names.
      if (!is_sent || !sent_all) store_.put_receipt(settled);
      if (is_sent && is_disclosure) disclose(settled);
      if (settled.state == ShareState::refused) refusals_.note(settled, reasons_[place]);
    }
    if (sent_all) store_.put_all_sent(store_.destination_number(governor_.destinations()[index_]));
  });
  count_kept();
  changed_.clear();
  reasons_.clear();
}

}  // namespace homeroom::flow
