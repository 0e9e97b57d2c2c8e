#include "hub/store/shares.hpp"

#include <algorithm>

#include "hub/store/pair_key.hpp"

namespace homeroom::store {

Shares::Shares(sqlite::Database& database)
    : database_(database), put_(database, "REPLACE INTO share VALUES(?, ?, ?, ?, ?, ?)") {}

void Shares::each(uint32_t destination, const std::function<void(const ShareRow&)>& visit) {
  sqlite::Statement rows(database_, "SELECT * FROM share WHERE key BETWEEN ? AND ? ORDER BY key");
  rows.bind(first_key(destination)).bind(last_key(destination));
  ShareRow share;
  share.destination = destination;
  while (rows.step()) {
    share.person = second_of(rows.integer(0));
    share.sequence = static_cast<uint64_t>(rows.integer(1));
    share.state = static_cast<ShareState>(rows.integer(2));
    share.digest = {};
    auto digest = rows.bytes(3);
    std::ranges::copy(digest.substr(0, share.digest.size()), share.digest.begin());
    share.outcome = static_cast<uint8_t>(rows.integer(4));
    share.fields_withheld = static_cast<uint32_t>(rows.integer(5));
    visit(share);
  }
}

void Shares::put(const ShareRow& share) {
  put_.bind(pair_key(share.destination, share.person)).bind(static_cast<int64_t>(share.sequence));
  bool has_digest = share.digest != decltype(share.digest){};
  std::string_view digest(reinterpret_cast<const char*>(share.digest.data()), share.digest.size());
  put_.bind(static_cast<int64_t>(share.state)).bind_bytes(has_digest ? digest : "");
  put_.bind(share.outcome);
  put_.bind(share.fields_withheld).execute();
}

void Shares::put_all_sent(uint32_t destination) {
  sqlite::Statement put(database_,
                        "UPDATE share SET state = ? WHERE key BETWEEN ? AND ? AND state = ?");
  put.bind(static_cast<int64_t>(ShareState::sent));
  put.bind(first_key(destination)).bind(last_key(destination));
  put.bind(static_cast<int64_t>(ShareState::owed)).execute();
}

uint64_t Shares::next_delivery(uint32_t destination) {
  sqlite::Statement count(database_,
                          "UPDATE destination SET last_delivery = last_delivery + 1 "
                          "WHERE number = ? RETURNING last_delivery");
  count.bind(destination);
  return count.step() ? static_cast<uint64_t>(count.integer(0)) : 0;
}

}  // namespace homeroom::store
