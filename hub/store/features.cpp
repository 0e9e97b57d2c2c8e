#include "hub/store/features.hpp"

#include <algorithm>
#include <utility>

#include "hub/record/varint.hpp"
#include "hub/store/pair_key.hpp"

namespace homeroom::store {

namespace {

using keys::Unit;

constexpr uint32_t page_bits = 6;
constexpr uint32_t slot_mask = (1U << page_bits) - 1;
constexpr std::size_t most_open = 1024;  ///< pages of some kilobytes

int64_t page_key(uint32_t source, uint32_t node) {
  return pair_key(source, node >> page_bits);
}

/// An entry is its slot, the size of the features, and these.
template <class Visit>
void each_entry(std::string_view page, const Visit& visit) {
  for (const char* at = page.data(); at < page.data() + page.size();) {
    const char* first = at;
    auto slot = static_cast<unsigned char>(*at++);
    auto size = record::read_number(at);
    std::string_view features(at, size);
    at += size;
    if (!visit(slot, features, std::string_view(first, static_cast<std::size_t>(at - first))))
      return;
  }
}

}  // namespace

Features::Features(sqlite::Database& database, keys::KeyRing& keys)
    : database_(database),
      keys_(keys),
      read_(database, "SELECT sealed FROM feature_page WHERE key = ?"),
      write_(database, "REPLACE INTO feature_page VALUES(?, ?)"),
      erase_(database, "DELETE FROM feature_page WHERE key = ?") {}

std::string_view Features::find(uint32_t source, uint32_t node) {
  return slot_of(open(page_key(source, node)), node & slot_mask).features;
}

void Features::each(uint32_t source,
                    const std::function<void(uint32_t node, std::string_view)>& visit) {
  flush();
  sqlite::Statement rows(
      database_, "SELECT key, sealed FROM feature_page WHERE key BETWEEN ? AND ? ORDER BY key");
  rows.bind(first_key(source)).bind(last_key(source));
  std::string plain;
  while (rows.step()) {
    auto page = second_of(rows.integer(0));
    keys_.open(Unit::features, source, page, rows.bytes(1), plain);
    each_entry(plain, [&](uint32_t slot, std::string_view features, std::string_view) {
      visit(page << page_bits | slot, features);
      return true;
    });
  }
}

void Features::put(uint32_t source, uint32_t node, std::string_view features) {
  auto key = page_key(source, node);
  auto& page = open(key);
  auto number = static_cast<int>(node & slot_mask);
  auto slot = slot_of(page, node & slot_mask);
  if (slot.size > 0 && slot.features == features) return;
  entry_.assign(1, static_cast<char>(number));
  record::append_number(entry_, features.size());
  entry_ += features;
  page.bytes.replace(slot.at, slot.size, entry_);
  page.last = std::max(page.last, number);
  page.is_changed = true;
}

void Features::erase(uint32_t source, uint32_t node) {
  auto& page = open(page_key(source, node));
  auto slot = slot_of(page, node & slot_mask);
  if (slot.size == 0) return;
  page.bytes.erase(slot.at, slot.size);
  page.is_changed = true;
}

void Features::forget(uint32_t source, uint32_t node) {
  auto& page = open(page_key(source, node));
  auto slot = slot_of(page, node & slot_mask);
  page.bytes.erase(slot.at, slot.size);
  page.is_changed = page.wants_other_key = true;
}

bool Features::are_readable() {
  sqlite::Statement rows(database_, "SELECT key, sealed FROM feature_page");
  while (rows.step())
    if (!keys_.opens(Unit::features, static_cast<uint32_t>(first_of(rows.integer(0))),
                     second_of(rows.integer(0)), rows.bytes(1)))
      return false;
  return true;
}

void Features::erase_all() {
  open_.clear();
  database_.run("DELETE FROM feature_page");
}

Features::Page& Features::open(int64_t key) {
  auto found = open_.find(key);
  if (found != open_.end()) return found->second;
  if (open_.size() >= most_open) {
    flush();
    open_.clear();
  }
  auto& page = open_[key];
  sqlite::Use read(read_);
  read->bind(key);
  if (read->step()) {
    keys_.open(Unit::features, static_cast<uint32_t>(first_of(key)), second_of(key), read->bytes(0),
               page.bytes);
    each_entry(page.bytes, [&](uint32_t slot, std::string_view, std::string_view) {
      page.last = static_cast<int>(slot);
      return true;
    });
  }
  return page;
}

Features::Slot Features::slot_of(const Page& page, uint32_t number) {
  Slot found{page.bytes.size(), 0, {}};
  if (static_cast<int>(number) > page.last) return found;
  each_entry(page.bytes, [&](uint32_t slot, std::string_view features, std::string_view all) {
    if (slot < number) return true;
    found.at = static_cast<std::size_t>(all.data() - page.bytes.data());
    if (slot == number) found = {found.at, all.size(), features};
    return false;
  });
  return found;
}

void Features::flush() {
  for (auto& [key, page] : open_)
    if (page.is_changed) write(key, page);
}

void Features::write(int64_t key, Page& page) {
  page.is_changed = false;
  if (std::exchange(page.wants_other_key, false))
    keys_.destroy(Unit::features, static_cast<uint32_t>(first_of(key)), second_of(key));
  if (page.bytes.empty()) {
    erase_.bind(key).execute();
    return;
  }
  keys_.seal(Unit::features, static_cast<uint32_t>(first_of(key)), second_of(key), page.bytes,
             sealed_);
  write_.bind(key).bind_bytes(sealed_).execute();
}

}  // namespace homeroom::store
