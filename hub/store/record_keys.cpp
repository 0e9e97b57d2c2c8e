#include "hub/store/record_keys.hpp"

namespace homeroom::store {

RecordKeys::RecordKeys(sql::Database& database, keys::KeyRing& keys)
    : database_(database),
      postings_(database, keys, {"key_page", "key_segment", "stream", keys::Unit::record_keys}) {}

RecordKeys::Known& RecordKeys::known(const KeyedStream& of) {
  auto [found, is_new] = known_.try_emplace({of.source, of.stream});
  if (!is_new) return found->second;
  sql::Statement row(database_,
                     "SELECT number, columns FROM keyed_stream WHERE source = ? AND stream = ?");
  row.bind(of.source).bind_text(of.stream);
  if (row.step()) found->second = {static_cast<uint32_t>(row.integer(0)), row.string(1)};
  return found->second;
}

uint32_t RecordKeys::number(const KeyedStream& of) {
  const auto& known = this->known(of);
  return known.columns == of.columns ? known.number : 0;
}

std::optional<uint64_t> RecordKeys::count(const KeyedStream& of) {
  auto owner = number(of);
  return owner == 0 ? std::nullopt : std::optional(postings_.count(owner));
}

void RecordKeys::find(const KeyedStream& of, uint64_t key, std::vector<uint32_t>& nodes) {
  nodes.clear();
  if (auto owner = number(of)) postings_.find(owner, key, nodes);
}

void RecordKeys::each(const KeyedStream& of, const std::function<void(const Posting&)>& visit) {
  if (auto owner = number(of)) postings_.each(owner, visit);
}

void RecordKeys::add(const KeyedStream& of, std::vector<Posting> changes) {
  postings_.add(number(of), std::move(changes));
}

void RecordKeys::replace(const KeyedStream& of, std::size_t count,
                         const std::function<Posting(std::size_t)>& at) {
  auto& known = this->known(of);
  if (known.number == 0)
    known.number = static_cast<uint32_t>(
        database_.number("SELECT coalesce(max(number), 0) + 1 FROM keyed_stream"));
  known.columns = of.columns;
  sql::Statement put(database_, "REPLACE INTO keyed_stream VALUES(?, ?, ?, ?)");
  put.bind(known.number).bind(of.source).bind_text(of.stream).bind_text(of.columns).execute();
  postings_.replace(known.number, count, at);
}

void RecordKeys::forget(uint32_t source, const std::vector<uint32_t>& nodes) {
  sql::Statement rows(database_, "SELECT number FROM keyed_stream WHERE source = ?");
  rows.bind(source);
  std::vector<uint32_t> owners;
  while (rows.step()) owners.push_back(static_cast<uint32_t>(rows.integer(0)));
  for (auto owner : owners) postings_.forget(owner, nodes);
}

void RecordKeys::erase_all() {
  known_.clear();
  postings_.erase_all();
  database_.run("DELETE FROM keyed_stream");
}

void RecordKeys::drop() {
  known_.clear();
  postings_.drop();
}

}  // namespace homeroom::store
