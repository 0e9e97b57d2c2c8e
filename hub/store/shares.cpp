#include "hub/store/shares.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "homeroom/error.hpp"
#include "hub/record/varint.hpp"

namespace homeroom::store {

namespace {

// u8 state | u8 outcome | u8 has a digest | digest, if it has one | sequence | fields withheld |
// the run in which it was told, if that is known
constexpr std::size_t head_size = 3;

/// What is said of a row that names no run: programs of before named none.
uint64_t unnamed_run(ShareState state) {
  bool was_told = state == ShareState::sent || state == ShareState::removed;
  return was_told ? ShareRow::some_run : 0;
}

void pack(const ShareRow& share, std::string& out) {
  bool has_digest = share.digest != decltype(share.digest){};
  out.clear();
  out += static_cast<char>(share.state);
  out += static_cast<char>(share.outcome);
  out += static_cast<char>(has_digest);
  if (has_digest) out.append(share.digest.begin(), share.digest.end());
  record::append_number(out, share.sequence);
  record::append_number(out, share.fields_withheld);
  if (share.told_in != unnamed_run(share.state)) record::append_number(out, share.told_in);
}

void unpack(std::string_view entry, ShareRow& share) {
  auto broken = [] { return Error(Next::fail, "a share in the store is cut short"); };
  share.digest = {};
  if (entry.size() < head_size) throw broken();
  if (static_cast<unsigned char>(entry[0]) >= ShareTally::states ||
      static_cast<unsigned char>(entry[1]) >= ShareTally::outcomes)
    throw Error(Next::fail, "a share in the store is in no known state");
  bool has_digest = entry[2] != 0;
  share.state = static_cast<ShareState>(entry[0]);
  share.outcome = static_cast<uint8_t>(entry[1]);
  entry.remove_prefix(head_size);
  if (has_digest) {
    if (entry.size() < share.digest.size()) throw broken();
    std::ranges::copy(entry.substr(0, share.digest.size()), share.digest.begin());
    entry.remove_prefix(share.digest.size());
  }
  uint64_t withheld = 0;
  if (!record::take_number(entry, share.sequence) || !record::take_number(entry, withheld))
    throw broken();
  share.fields_withheld = static_cast<uint32_t>(withheld);
  share.told_in = unnamed_run(share.state);
  if (!entry.empty() && !record::take_number(entry, share.told_in)) throw broken();
}

void count(ShareTally& tally, const ShareRow& share, uint64_t by) {
  tally.of[static_cast<std::size_t>(share.state)][share.outcome] += by;
  tally.fields_withheld += by * share.fields_withheld;
}

std::string tally_name(uint32_t destination) {
  return "store: shares of " + std::to_string(destination);
}

/// False where it was written by nobody who knew how.
bool unpack(std::string_view packed, ShareTally& tally) {
  for (auto& state : tally.of)
    for (auto& number : state)
      if (!record::take_number(packed, number)) return false;
  return record::take_number(packed, tally.fields_withheld) && packed.empty();
}

std::string pack(const ShareTally& tally) {
  std::string packed;
  for (const auto& state : tally.of)
    for (auto number : state) record::append_number(packed, number);
  record::append_number(packed, tally.fields_withheld);
  return packed;
}

}  // namespace

Shares::Shares(sql::Database& database, Streams& streams)
    : database_(database), streams_(streams), pages_(database, "share_page", 8, "share_change") {}

void Shares::each(uint32_t destination, const std::function<void(const ShareRow&)>& visit) {
  ShareRow share;
  share.destination = destination;
  pages_.each(destination, [&](uint32_t person, std::string_view entry) {
    share.person = person;
    unpack(entry, share);
    visit(share);
  });
}

std::optional<ShareRow> Shares::find(uint32_t destination, uint32_t person) {
  auto entry = pages_.find(destination, person);
  if (!entry) return std::nullopt;
  ShareRow share;
  share.destination = destination;
  share.person = person;
  unpack(*entry, share);
  return share;
}

Shares::Tally& Shares::kept_tally(uint32_t destination) {
  auto known = tallies_.find(destination);
  if (known != tallies_.end()) return known->second;
  Tally one;
  auto kept = streams_.digest(tally_name(destination));
  if (!kept || !unpack(*kept, one.tally)) one = {walked(destination), true};
  return tallies_.emplace(destination, one).first->second;
}

/// A store of before may say of who has no profile any more that a share was out of scope or sent,
/// which is put right, so that outcomes are those of profiles.
ShareTally Shares::walked(uint32_t destination) {
  std::vector<uint32_t> profiles;
  sql::Statement rows(database_, "SELECT person FROM profile ORDER BY person", sql::Rows::many);
  while (rows.step()) profiles.push_back(static_cast<uint32_t>(rows.integer(0)));
  ShareTally tally;
  std::vector<ShareRow> mended;
  each(destination, [&](ShareRow share) {
    bool is_right =
        share.outcome == ShareTally::withheld || std::ranges::binary_search(profiles, share.person);
    if (!is_right) {
      share.outcome = ShareTally::withheld;
      mended.push_back(share);
    }
    count(tally, share, 1);
  });
  if (!database_.is_in_transaction()) return tally;  // nothing is put either
  for (const auto& share : mended) {
    pack(share, entry_);
    pages_.put(share.destination, share.person, entry_);
  }
  return tally;
}

void Shares::put(const ShareRow& share) {
  auto& [tally, is_changed] = kept_tally(share.destination);
  if (auto entry = pages_.find(share.destination, share.person)) {
    ShareRow was;
    unpack(*entry, was);
    count(tally, was, -1);
  }
  count(tally, share, 1);
  is_changed = true;
  pack(share, entry_);
  pages_.put(share.destination, share.person, entry_);
}

void Shares::put_all_sent(uint32_t destination) {
  auto& [tally, is_changed] = kept_tally(destination);
  pages_.change_each(destination, [&](uint32_t, char* entry) {
    bool is_owed = *entry == static_cast<char>(ShareState::owed);
    if (is_owed) *entry = static_cast<char>(ShareState::sent);
    return is_owed;
  });
  auto& owed = tally.of[static_cast<std::size_t>(ShareState::owed)];
  auto& sent = tally.of[static_cast<std::size_t>(ShareState::sent)];
  for (std::size_t outcome = 0; outcome < ShareTally::outcomes; ++outcome)
    sent[outcome] += std::exchange(owed[outcome], 0);
  is_changed = true;
}

void Shares::flush() {
  pages_.flush();
  for (auto& [destination, one] : tallies_)
    if (std::exchange(one.is_changed, false))
      streams_.put_digest(tally_name(destination), pack(one.tally));
}

uint64_t Shares::next_delivery(uint32_t destination) {
  sql::Statement count(database_,
                       "UPDATE destination SET last_delivery = last_delivery + 1 "
                       "WHERE number = ? RETURNING last_delivery");
  count.bind(destination);
  return count.step() ? static_cast<uint64_t>(count.integer(0)) : 0;
}

}  // namespace homeroom::store
