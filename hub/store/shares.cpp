#include "hub/store/shares.hpp"

#include <algorithm>

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

}  // namespace

Shares::Shares(sql::Database& database) : database_(database), pages_(database, "share_page", 8) {}

void Shares::each(uint32_t destination, const std::function<void(const ShareRow&)>& visit) {
  ShareRow share;
  share.destination = destination;
  pages_.each(destination, [&](uint32_t person, std::string_view entry) {
    share.person = person;
    unpack(entry, share);
    visit(share);
  });
}

void Shares::put(const ShareRow& share) {
  pack(share, entry_);
  pages_.put(share.destination, share.person, entry_);
}

void Shares::put_all_sent(uint32_t destination) {
  pages_.change_each(destination, [](uint32_t, char* entry) {
    bool is_owed = *entry == static_cast<char>(ShareState::owed);
    if (is_owed) *entry = static_cast<char>(ShareState::sent);
    return is_owed;
  });
}

uint64_t Shares::next_delivery(uint32_t destination) {
  sql::Statement count(database_,
                       "UPDATE destination SET last_delivery = last_delivery + 1 "
                       "WHERE number = ? RETURNING last_delivery");
  count.bind(destination);
  return count.step() ? static_cast<uint64_t>(count.integer(0)) : 0;
}

}  // namespace homeroom::store
