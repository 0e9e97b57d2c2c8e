#include "hub/flow/outbox.hpp"

#include <algorithm>

#include "homeroom/error.hpp"

namespace homeroom::flow {

namespace {

using store::ShareState;

std::string hex(const std::string& raw) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (char letter : raw) {
    auto byte = static_cast<unsigned char>(letter);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

bool is_owed(const store::ShareRow& row) {
  return row.state == ShareState::owed || row.state == ShareState::removal_owed;
}

bool is_live(const store::ShareRow& row) {
  return row.state == ShareState::owed || row.state == ShareState::sent;
}

}  // namespace

StoreOutbox::StoreOutbox(store::Store& store, govern::Governor& governor, std::size_t index,
                         const Profiles& profiles, const std::vector<store::Person>& persons, int64_t now_ms)
    : store_(store), governor_(governor), index_(index), profiles_(profiles), persons_(persons), now_ms_(now_ms) {
  store.each_share(store.destination_number(governor.destinations()[index]),
                   [&](const store::ShareRow& row) { rows_.push_back(row); });
  std::ranges::sort(rows_, {}, [&](const store::ShareRow& row) -> const std::string& { return persons_[row.person].id; });
  owed_ = static_cast<uint64_t>(std::ranges::count_if(rows_, is_owed));
  live_ = static_cast<uint64_t>(std::ranges::count_if(rows_, is_live));
}

uint64_t StoreOutbox::delivery_number() {
  if (number_ == 0) {
    store_.begin_receipts();
    number_ = store_.next_delivery_number(store_.destination_number(governor_.destinations()[index_]));
    store_.commit_receipts();
  }
  return number_;
}

bool StoreOutbox::fill(const store::ShareRow& row, deliver::OutgoingShare& share) {
  share = {};
  share.id = persons_[row.person].id;
  share.sequence = row.sequence;
  share.is_owed = is_owed(row);
  share.is_removal = row.state == ShareState::removal_owed;
  share.replaced_by = persons_[row.person].merged_into;
  if (share.is_removal) return true;
  share.digest = hex(row.digest);
  auto profile = store_.profile(row.person);
  if (!profile) throw Error(Next::fail, "a share without a profile; run: homeroom run --full");
  auto links = profiles_.strength(profile->rows);
  govern::ProfileView view{share.id, profile->rows, links.has_only_strong_links, &links.strong_sources};
  share.body = governor_.share(index_, view).body;
  return true;
}

void StoreOutbox::each_owed(const std::function<void(const deliver::OutgoingShare&)>& visit) {
  deliver::OutgoingShare share;
  for (const auto& row : rows_)
    if (is_owed(row) && fill(row, share)) visit(share);
}

void StoreOutbox::each_live(const std::function<void(const deliver::OutgoingShare&)>& visit) {
  deliver::OutgoingShare share;
  for (const auto& row : rows_)
    if (is_live(row) && fill(row, share)) visit(share);
}

void StoreOutbox::settle(std::string_view id, uint64_t sequence, deliver::Verdict verdict, std::string_view) {
  auto found = std::ranges::lower_bound(rows_, id, {}, [&](const store::ShareRow& row) -> std::string_view { return persons_[row.person].id; });
  if (found == rows_.end() || persons_[found->person].id != id || found->sequence != sequence) return;
  if (verdict == deliver::Verdict::not_now || !is_owed(*found)) return;
  bool is_removal = found->state == ShareState::removal_owed;
  if (verdict == deliver::Verdict::taken) found->state = is_removal ? ShareState::removed : ShareState::sent;
  else found->state = is_removal ? ShareState::removed : ShareState::refused;
  changed_.push_back(static_cast<uint32_t>(found - rows_.begin()));
}

void StoreOutbox::each_kind(uint64_t& upserts, uint64_t& removals) const {
  for (const auto& row : rows_) {
    upserts += row.state == ShareState::owed;
    removals += row.state == ShareState::removal_owed;
  }
}

void StoreOutbox::disclose(const store::ShareRow& row, const std::string& id) {
  auto basis = governor_.basis(index_);
  store::Disclosure entry;
  entry.destination = row.destination;
  entry.person = id;
  entry.recipient = basis.recipient;
  entry.purpose = basis.purpose;
  entry.agreement = basis.agreement;
  entry.rules = basis.rules;
  entry.classes = basis.classes;
  entry.policy_version = basis.policy_version;
  entry.sequence = row.sequence;
  entry.digest = hex(row.digest);
  entry.at_ms = now_ms_;
  store_.put_disclosure(entry);
}

// Receipt and disclosure record stand in one transaction: 34 CFR 99.32 asks for every one.
void StoreOutbox::settle_all() {
  if (changed_.empty()) return;
  store_.begin_receipts();
  bool is_disclosure = governor_.is_disclosure(index_);
  for (auto index : changed_) {
    store_.put_receipt(rows_[index]);
    if (is_disclosure && rows_[index].state == ShareState::sent) disclose(rows_[index], persons_[rows_[index].person].id);
  }
  store_.commit_receipts();
  changed_.clear();
}

}  // namespace homeroom::flow
