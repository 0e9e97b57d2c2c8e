#include "hub/store/links.hpp"

#include <algorithm>
#include <cstring>

#include "homeroom/error.hpp"
#include "hub/store/pair_key.hpp"

namespace homeroom::store {

namespace {

using keys::Unit;

constexpr uint32_t page_bits = 10;
constexpr uint32_t mark_space = UINT32_MAX;  // of KeyRing::token; no look-up uses it
constexpr std::size_t link_size = 10;        // node, person, evidence, rule

template <class T>
void append(std::string& to, T value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T take(std::string_view& from) {
  T value;
  if (from.size() < sizeof value) throw Error(Next::fail, "a page of links is cut short");
  std::memcpy(&value, from.data(), sizeof value);
  from.remove_prefix(sizeof value);
  return value;
}

SubjectLink take_link(std::string_view& links, std::string_view& weights,
                      std::string_view& features) {
  SubjectLink link;
  link.node = take<uint32_t>(links);
  link.person = take<uint32_t>(links);
  link.evidence = take<uint8_t>(links);
  link.rule = take<uint8_t>(links);
  if (!weights.empty()) link.weight = take<float>(weights);
  auto size = take<uint32_t>(features);
  link.features = features.substr(0, size);
  features.remove_prefix(link.features.size());
  return link;
}

std::vector<const SubjectLink*> by_node(const std::vector<SubjectLink>& links) {
  std::vector<const SubjectLink*> sorted;
  sorted.reserve(links.size());
  for (const SubjectLink& link : links) sorted.push_back(&link);
  std::ranges::stable_sort(sorted, {}, &SubjectLink::node);
  return sorted;
}

}  // namespace

Links::Links(sqlite::Database& database, keys::KeyRing& keys) : database_(database), keys_(keys) {}

void Links::each(uint32_t source, const std::function<void(const SubjectLink&)>& visit) {
  sqlite::Statement rows(
      database_,
      "SELECT key, links, features, weights FROM link_page WHERE key BETWEEN ? AND ? ORDER BY key");
  rows.bind(first_key(source)).bind(last_key(source));
  std::string plain;
  while (rows.step()) {
    keys_.open(Unit::features, source, second_of(rows.integer(0)), rows.bytes(2), plain);
    std::string_view features = plain;
    std::string_view weights = rows.bytes(3);
    for (std::string_view links = rows.bytes(1); links.size() >= link_size;)
      visit(take_link(links, weights, features));
  }
}

void Links::put_all(uint32_t source, const std::vector<SubjectLink>& links) {
  std::vector<uint32_t> pages;
  std::string packed;
  std::string weights;
  std::string features;
  auto sorted = by_node(links);
  for (std::size_t at = 0; at < sorted.size();) {
    uint32_t page = sorted[at]->node >> page_bits;
    packed.clear();
    weights.clear();
    features.clear();
    bool has_weights = false;
    for (; at < sorted.size() && sorted[at]->node >> page_bits == page; ++at) {
      const SubjectLink& link = *sorted[at];
      append(packed, link.node);
      append(packed, link.person);
      append(packed, link.evidence);
      append(packed, link.rule);
      append(weights, link.weight);
      has_weights |= link.weight != 0;
      append(features, static_cast<uint32_t>(link.features.size()));
      features += link.features;
    }
    pages.push_back(page);
    if (!has_weights) weights.clear();
    put_page(source, page, packed, weights, features);
  }
  erase_pages_but(source, pages);
}

void Links::put_page(uint32_t source, uint32_t page, const std::string& links,
                     const std::string& weights, const std::string& features) {
  auto mark = static_cast<int64_t>(keys_.token(mark_space, features));
  sqlite::Statement stored(database_, "SELECT mark, links, weights FROM link_page WHERE key = ?");
  stored.bind(pair_key(source, page));
  if (stored.step() && stored.integer(0) == mark && stored.bytes(1) == links &&
      stored.bytes(2) == weights)
    return;
  keys_.seal(Unit::features, source, page, features, sealed_);
  sqlite::Statement put(database_, "REPLACE INTO link_page VALUES(?, ?, ?, ?, ?)");
  put.bind(pair_key(source, page)).bind_bytes(links).bind(mark).bind_bytes(sealed_);
  put.bind_bytes(weights).execute();
}

void Links::erase_pages_but(uint32_t source, const std::vector<uint32_t>& kept) {
  std::vector<int64_t> gone;
  sqlite::Statement rows(database_, "SELECT key FROM link_page WHERE key BETWEEN ? AND ?");
  rows.bind(first_key(source)).bind(last_key(source));
  while (rows.step())
    if (!std::ranges::binary_search(kept, second_of(rows.integer(0))))
      gone.push_back(rows.integer(0));
  sqlite::Statement erase(database_, "DELETE FROM link_page WHERE key = ?");
  for (int64_t key : gone) erase.bind(key).execute();
}

}  // namespace homeroom::store
