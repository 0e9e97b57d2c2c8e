#include "hub/store/postings.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "hub/store/pair_key.hpp"

namespace homeroom::store {

namespace {

constexpr std::size_t entry_size = 12;  ///< token, node
constexpr uint32_t gone_bit = 1U << 31;
constexpr uint64_t entries_in_page = 256;  ///< about so many
constexpr std::size_t most_small = 8;      ///< segments, before they are made one
constexpr std::size_t most_open = 1024;    ///< pages of some kilobytes

uint32_t bits_for(uint64_t entries) {
  return entries <= entries_in_page
             ? 0
             : static_cast<uint32_t>(std::bit_width((entries - 1) / entries_in_page));
}

uint32_t page_of(uint64_t token, uint32_t bits) {
  return bits == 0 ? 0 : static_cast<uint32_t>(token >> (64 - bits));
}

/// Places of segments of a single page, as runs with little news write them. Their keys lie in one
/// page of the key database, and many are drawn anew at once, so that most runs need not write
/// there.
constexpr uint32_t single = 1U << 31;
constexpr uint32_t singles = 256;
constexpr std::size_t drawn_at_once = 64;

void append(std::string& page, const Posting& posting) {
  auto node = posting.node | (posting.is_gone ? gone_bit : 0);
  char bytes[entry_size];
  std::memcpy(bytes, &posting.token, sizeof posting.token);
  std::memcpy(bytes + sizeof posting.token, &node, sizeof node);
  page.append(bytes, entry_size);
}

Posting entry_at(std::string_view page, std::size_t index) {
  Posting made;
  uint32_t node = 0;
  std::memcpy(&made.token, page.data() + index * entry_size, sizeof made.token);
  std::memcpy(&node, page.data() + index * entry_size + sizeof made.token, sizeof node);
  made.node = node & ~gone_bit;
  made.is_gone = (node & gone_bit) != 0;
  return made;
}

/// The first entry of a page whose token is not below this one.
std::size_t lower_bound(std::string_view page, uint64_t token) {
  std::size_t first = 0;
  for (auto count = page.size() / entry_size; count > 0;) {
    auto half = count / 2;
    if (entry_at(page, first + half).token < token) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}

bool is_before(const Posting& a, const Posting& b) {
  return a.token != b.token ? a.token < b.token : a.node < b.node;
}
bool is_same(const Posting& a, const Posting& b) {
  return a.token == b.token && a.node == b.node;
}

/// By token, then node; of several of both the last stays.
void settle(std::vector<Posting>& postings) {
  std::ranges::stable_sort(postings, is_before);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < postings.size(); ++i)
    if (i + 1 == postings.size() || !is_same(postings[i], postings[i + 1]))
      postings[kept++] = postings[i];
  postings.resize(kept);
}

}  // namespace

/// Writes one segment, posting by posting in the order of tokens.
class Postings::Writer {
 public:
  Writer(Postings& to, uint32_t bits) : to_(to), made_(to.next_segment(bits)) {}

  void put(const Posting& posting) {
    if (auto page = page_of(posting.token, made_.bits); page != page_) {
      write_page();
      page_ = page;
    }
    append(bytes_, posting);
    ++made_.entries;
  }
  Segment finish(uint32_t owner) {
    write_page();
    to_.put_segment_.bind(made_.number).bind(owner).bind(made_.bits);
    to_.put_segment_.bind(static_cast<int64_t>(made_.entries)).bind(made_.place).execute();
    return made_;
  }

 private:
  void write_page() {
    if (bytes_.empty()) return;
    auto [scope, id] = sealed_as(made_.place, page_);
    // Pages of an erased segment may have had this key, and stand in backups.
    if (made_.place < single) to_.keys_.destroy(to_.tables_.unit, scope, id);
    to_.keys_.seal(to_.tables_.unit, scope, id, bytes_, to_.sealed_);
    to_.write_.bind(pair_key(made_.number, page_)).bind_bytes(to_.sealed_).execute();
    bytes_.clear();
  }

  Postings& to_;
  Segment made_;
  uint32_t page_ = 0;
  std::string bytes_;
};

Postings::Postings(sql::Database& database, keys::KeyRing& keys, Tables tables)
    : database_(database),
      keys_(keys),
      tables_(std::move(tables)),
      read_(database, "SELECT sealed FROM " + tables_.pages + " WHERE key = ?"),
      write_(database, "INSERT INTO " + tables_.pages + " VALUES(?, ?)"),
      put_segment_(database, "INSERT INTO " + tables_.segments + " VALUES(?, ?, ?, ?, ?)") {}

void Postings::drop() {
  segments_.clear();
  pages_.clear();
  left_places_.clear();
  fresh_.clear();
}

/// The key database would grow with every segment if it were the number.
Postings::Sealed Postings::sealed_as(uint32_t place, uint32_t page) {
  if (place >= single) return {1, place - single};
  return {0, uint64_t{place} << 32 | page};
}

Postings::Segments& Postings::segments(uint32_t owner) {
  auto [found, is_new] = segments_.try_emplace(owner);
  if (!is_new) return found->second;
  sql::Statement rows(database_, "SELECT number, bits, entries, place FROM " + tables_.segments +
                                     " WHERE " + tables_.owner + " = ? ORDER BY number");
  rows.bind(owner);
  while (rows.step())
    found->second.push_back(
        {static_cast<uint32_t>(rows.integer(0)), static_cast<uint32_t>(rows.integer(1)),
         static_cast<uint64_t>(rows.integer(2)), static_cast<uint32_t>(rows.integer(3))});
  return found->second;
}

/// The next number, and the first place that is free.
Postings::Segment Postings::next_segment(uint32_t bits) {
  sql::Statement rows(database_, "SELECT number, place FROM " + tables_.segments);
  Segment made{0, bits, 0, 0};
  auto taken = left_places_;
  while (rows.step()) {
    made.number = std::max(made.number, static_cast<uint32_t>(rows.integer(0)));
    taken.insert(static_cast<uint32_t>(rows.integer(1)));
  }
  ++made.number;
  if (auto place = bits == 0 ? single_place(taken) : std::nullopt) {
    made.place = *place;
    return made;
  }
  while (taken.contains(made.place)) ++made.place;
  return made;
}

/// A place whose key has sealed nothing: keys of erased segments open pages that stand in backups.
/// Nothing if all are taken.
std::optional<uint32_t> Postings::single_place(const std::set<uint32_t>& taken) {
  auto last = taken.empty() ? single : std::max(*taken.rbegin(), single);
  for (uint32_t i = 0; fresh_.empty() || i % drawn_at_once != 0; ++i) {
    if (i == singles) break;
    auto place = single + (last - single + 1 + i) % singles;  // so that all take turns
    if (taken.contains(place)) continue;
    keys_.destroy(tables_.unit, 1, place - single);
    keys_.seal(tables_.unit, 1, place - single, {}, sealed_);  // draws it anew
    fresh_.push_back(place);
  }
  if (fresh_.empty()) return std::nullopt;
  auto place = fresh_.back();
  fresh_.pop_back();
  return place;
}

const std::string& Postings::page(const Segment& segment, uint32_t page) {
  auto key = pair_key(segment.number, page);
  auto found = pages_.find(key);
  if (found != pages_.end()) return found->second;
  if (pages_.size() >= most_open) pages_.clear();
  auto& bytes = pages_[key];
  read_page(segment, page, bytes);
  return bytes;
}

void Postings::read_page(const Segment& segment, uint32_t page, std::string& bytes) {
  bytes.clear();
  sql::Use read(read_);
  read->bind(pair_key(segment.number, page));
  if (!read->step()) return;
  auto [scope, id] = sealed_as(segment.place, page);
  keys_.open(tables_.unit, scope, id, read->bytes(0), bytes);
}

void Postings::find(uint32_t owner, uint64_t token, std::vector<uint32_t>& nodes) {
  nodes.clear();
  for (const auto& segment : segments(owner)) {
    std::string_view bytes = page(segment, page_of(token, segment.bits));
    auto from_before = nodes.size();
    for (auto i = lower_bound(bytes, token); i < bytes.size() / entry_size; ++i) {
      auto entry = entry_at(bytes, i);
      if (entry.token != token) break;
      auto known = std::lower_bound(
          nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(from_before), entry.node);
      bool is_known =
          known != nodes.begin() + static_cast<std::ptrdiff_t>(from_before) && *known == entry.node;
      if (is_known && entry.is_gone) {
        nodes.erase(known);
        --from_before;
      } else if (!is_known && !entry.is_gone) {
        nodes.push_back(entry.node);
      }
    }
    std::inplace_merge(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(from_before),
                       nodes.end());
  }
}

void Postings::read_all(const Segment& segment, std::vector<Posting>& to) {
  std::string bytes;
  for (uint32_t number = 0; number < uint64_t{1} << segment.bits; ++number) {
    read_page(segment, number, bytes);
    for (std::size_t i = 0; i < bytes.size() / entry_size; ++i) to.push_back(entry_at(bytes, i));
  }
}

void Postings::erase(const Segment& segment) {
  sql::Statement pages(database_, "DELETE FROM " + tables_.pages + " WHERE key BETWEEN ? AND ?");
  pages.bind(first_key(segment.number)).bind(last_key(segment.number)).execute();
  sql::Statement(database_, "DELETE FROM " + tables_.segments + " WHERE number = ?")
      .bind(segment.number)
      .execute();
  pages_.clear();  // a number may be given again
  left_places_.insert(segment.place);
}

void Postings::write(Segments& of, uint32_t owner, const std::vector<Posting>& sorted) {
  Writer writer(*this, bits_for(sorted.size()));
  for (const auto& posting : sorted) writer.put(posting);
  of.push_back(writer.finish(owner));
}

void Postings::add(uint32_t owner, std::vector<Posting> changes) {
  if (changes.empty()) return;
  settle(changes);
  auto& all = segments(owner);
  write(all, owner, changes);
  uint64_t small = 0;
  for (std::size_t i = 1; i < all.size(); ++i) small += all[i].entries;
  if (small * 10 > all.front().entries)
    merge_into_first(owner, all);
  else if (all.size() > most_small + 1)
    merge_small(owner, all);
}

void Postings::merge_small(uint32_t owner, Segments& all) {
  std::vector<Posting> together;
  for (std::size_t i = 1; i < all.size(); ++i) read_all(all[i], together);
  settle(together);
  for (std::size_t i = 1; i < all.size(); ++i) erase(all[i]);
  all.resize(1);
  write(all, owner, together);
}

/// All segments as one.
void Postings::walk(const Segments& all, const std::function<void(const Posting&)>& visit) {
  std::vector<Posting> small;
  for (std::size_t i = 1; i < all.size(); ++i) read_all(all[i], small);
  settle(small);
  const auto& first = all.front();
  auto visit_if_there = [&](const Posting& posting) {
    if (!posting.is_gone) visit(posting);
  };
  std::size_t next = 0;
  std::string bytes;
  for (uint32_t number = 0; number < uint64_t{1} << first.bits; ++number) {
    read_page(first, number, bytes);
    for (std::size_t i = 0; i < bytes.size() / entry_size; ++i) {
      auto old = entry_at(bytes, i);
      for (; next < small.size() && is_before(small[next], old); ++next)
        visit_if_there(small[next]);
      bool is_told_anew = next < small.size() && is_same(small[next], old);
      if (!is_told_anew) visit_if_there(old);
    }
  }
  for (; next < small.size(); ++next) visit_if_there(small[next]);
}

uint64_t Postings::count(uint32_t owner) {
  uint64_t entries = 0;
  for (const auto& segment : segments(owner)) entries += segment.entries;
  return entries;
}

void Postings::each(uint32_t owner, const std::function<void(const Posting&)>& visit) {
  if (const auto& all = segments(owner); !all.empty()) walk(all, visit);
}

void Postings::merge_into_first(uint32_t owner, Segments& all) {
  Writer writer(*this, bits_for(count(owner)));
  walk(all, [&](const Posting& posting) { writer.put(posting); });
  for (const auto& segment : all) erase(segment);
  all = {writer.finish(owner)};
}

void Postings::replace(uint32_t owner, std::size_t count,
                       const std::function<Posting(std::size_t)>& at) {
  auto& all = segments(owner);
  for (const auto& segment : all) erase(segment);
  all.clear();
  if (count == 0) return;
  Writer writer(*this, bits_for(count));
  for (std::size_t i = 0; i < count; ++i) writer.put(at(i));
  all.push_back(writer.finish(owner));
}

void Postings::forget(uint32_t owner, const std::vector<uint32_t>& nodes) {
  for (auto& segment : segments(owner)) {
    uint64_t gone = 0;
    for (uint32_t number = 0; number < uint64_t{1} << segment.bits; ++number)
      gone += forget_in_page(segment, number, nodes);
    segment.entries -= gone;
    if (gone > 0)
      sql::Statement(database_, "UPDATE " + tables_.segments + " SET entries = ? WHERE number = ?")
          .bind(static_cast<int64_t>(segment.entries))
          .bind(segment.number)
          .execute();
  }
  destroy_unused_keys();
}

/// How many entries went.
uint64_t Postings::forget_in_page(const Segment& segment, uint32_t number,
                                  const std::vector<uint32_t>& nodes) {
  auto bytes = page(segment, number);
  std::string kept;
  for (std::size_t i = 0; i < bytes.size() / entry_size; ++i)
    if (!std::ranges::binary_search(nodes, entry_at(bytes, i).node))
      kept += bytes.substr(i * entry_size, entry_size);
  if (kept.size() == bytes.size()) return 0;
  auto key = pair_key(segment.number, number);
  auto [scope, id] = sealed_as(segment.place, number);
  keys_.destroy(tables_.unit, scope, id);
  if (kept.empty()) {
    sql::Statement(database_, "DELETE FROM " + tables_.pages + " WHERE key = ?")
        .bind(key)
        .execute();
  } else {
    keys_.seal(tables_.unit, scope, id, kept, sealed_);
    sql::Statement put(database_, "REPLACE INTO " + tables_.pages + " VALUES(?, ?)");
    put.bind(key).bind_bytes(sealed_).execute();
  }
  auto gone = (bytes.size() - kept.size()) / entry_size;
  pages_[key] = std::move(kept);
  return gone;
}

// A segment that became part of another may have named the child, and stands in backups.
void Postings::destroy_unused_keys() {
  std::set<Sealed> used;
  each_page([&](Sealed as, std::string_view) { used.insert(as); });
  keys_.destroy_all_but(tables_.unit, [&](uint32_t scope, uint64_t id) {
    return used.contains({scope, id});
  });
}

void Postings::each_page(const std::function<void(Sealed, std::string_view)>& visit) {
  sql::Statement rows(database_,
                      "SELECT place, key, sealed FROM " + tables_.pages + " JOIN " +
                          tables_.segments + " ON number = key >> 32",
                      sql::Rows::many);
  while (rows.step())
    visit(sealed_as(static_cast<uint32_t>(rows.integer(0)), second_of(rows.integer(1))),
          rows.bytes(2));
}

bool Postings::are_readable() {
  bool are = true;
  each_page([&](Sealed as, std::string_view sealed) {
    are = are && keys_.opens(tables_.unit, as.scope, as.id, sealed);
  });
  return are;
}

void Postings::erase_all() {
  drop();
  database_.run("DELETE FROM " + tables_.pages + "; DELETE FROM " + tables_.segments);
}

}  // namespace homeroom::store
