#include "hub/store/links.hpp"

#include <algorithm>
#include <cstring>

#include "homeroom/error.hpp"
#include "hub/store/pair_key.hpp"

namespace homeroom::store {

namespace {

constexpr uint32_t page_bits = 10;
constexpr std::size_t link_size = 10;  // node, person, evidence, rule

template <class T>
void append(std::string& to, T value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Appends the links of a page. A night takes in millions of them.
void unpack(std::string_view links, std::string_view weights, std::vector<SubjectLink>& to) {
  auto count = links.size() / link_size;
  bool is_whole = links.size() == count * link_size &&
                  (weights.empty() || weights.size() == count * sizeof(float));
  if (!is_whole) throw Error(Next::fail, "a page of links is cut short");
  auto first = to.size();
  to.resize(first + count);
  const char* at = links.data();
  for (std::size_t i = 0; i < count; ++i, at += link_size) {
    auto& link = to[first + i];
    std::memcpy(&link.node, at, sizeof link.node);
    std::memcpy(&link.person, at + 4, sizeof link.person);
    link.evidence = static_cast<uint8_t>(at[8]);
    link.rule = static_cast<uint8_t>(at[9]);
    if (!weights.empty())
      std::memcpy(&link.weight, weights.data() + i * sizeof(float), sizeof link.weight);
  }
}

/// The links of one page, and their weights unless all are 0.
struct Packed {
  std::string links;
  std::string weights;
  bool has_weights = false;

  void add(const SubjectLink& link) {
    append(links, link.node);
    append(links, link.person);
    append(links, link.evidence);
    append(links, link.rule);
    append(weights, link.weight);
    has_weights |= link.weight != 0;
  }
  void finish() {
    if (!has_weights) weights.clear();
  }
};

std::vector<const SubjectLink*> by_node(const std::vector<SubjectLink>& links) {
  std::vector<const SubjectLink*> sorted;
  sorted.reserve(links.size());
  for (const SubjectLink& link : links) sorted.push_back(&link);
  if (!std::ranges::is_sorted(sorted, {}, &SubjectLink::node))
    std::ranges::stable_sort(sorted, {}, &SubjectLink::node);
  return sorted;
}

}  // namespace

Links::Links(sql::Database& database)
    : database_(database),
      read_(database, "SELECT links, weights FROM link_page WHERE key = ?"),
      write_(database, "REPLACE INTO link_page VALUES(?, ?, ?)"),
      erase_(database, "DELETE FROM link_page WHERE key = ?") {}

std::vector<SubjectLink> Links::all(uint32_t source) {
  std::vector<SubjectLink> links;
  sql::Statement rows(database_,
                      "SELECT links, weights FROM link_page WHERE key BETWEEN ? AND ? ORDER BY key",
                      sql::Rows::many);
  rows.bind(first_key(source)).bind(last_key(source));
  while (rows.step()) unpack(rows.bytes(0), rows.bytes(1), links);
  return links;
}

void Links::put_all(uint32_t source, const std::vector<SubjectLink>& links) {
  std::vector<uint32_t> pages;
  auto sorted = by_node(links);
  for (std::size_t at = 0; at < sorted.size();) {
    uint32_t page = sorted[at]->node >> page_bits;
    Packed packed;
    for (; at < sorted.size() && sorted[at]->node >> page_bits == page; ++at)
      packed.add(*sorted[at]);
    packed.finish();
    pages.push_back(page);
    put_page(source, page, packed.links, packed.weights);
  }
  erase_pages_but(source, pages);
}

/// The links of the page of a node, ascending.
std::vector<SubjectLink> Links::page_of(uint32_t source, uint32_t node) {
  std::vector<SubjectLink> all;
  sql::Use stored(read_);
  stored->bind(pair_key(source, node >> page_bits));
  if (stored->step()) unpack(stored->bytes(0), stored->bytes(1), all);
  return all;
}

void Links::put(uint32_t source, const SubjectLink& link) {
  auto all = page_of(source, link.node);
  auto found = std::ranges::lower_bound(all, link.node, {}, &SubjectLink::node);
  if (found != all.end() && found->node == link.node)
    *found = link;
  else
    all.insert(found, link);
  Packed packed;
  for (const auto& one : all) packed.add(one);
  packed.finish();
  put_page(source, link.node >> page_bits, packed.links, packed.weights);
}

void Links::forget(uint32_t source, const std::vector<uint32_t>& nodes) {
  auto links = all(source);
  std::erase_if(
      links, [&](const SubjectLink& link) { return std::ranges::binary_search(nodes, link.node); });
  put_all(source, links);
}

void Links::put_page(uint32_t source, uint32_t page, const std::string& links,
                     const std::string& weights) {
  {
    sql::Use stored(read_);
    stored->bind(pair_key(source, page));
    if (stored->step() && stored->bytes(0) == links && stored->bytes(1) == weights) return;
  }
  write_.bind(pair_key(source, page)).bind_bytes(links).bind_bytes(weights).execute();
}

void Links::erase_pages_but(uint32_t source, const std::vector<uint32_t>& kept) {
  std::vector<int64_t> gone;
  sql::Statement rows(database_, "SELECT key FROM link_page WHERE key BETWEEN ? AND ?");
  rows.bind(first_key(source)).bind(last_key(source));
  while (rows.step())
    if (!std::ranges::binary_search(kept, second_of(rows.integer(0))))
      gone.push_back(rows.integer(0));
  for (int64_t key : gone) erase_.bind(key).execute();
}

}  // namespace homeroom::store
