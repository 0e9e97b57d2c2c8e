#include "hub/store/features.hpp"

#include <utility>

#include "hub/store/pair_key.hpp"

namespace homeroom::store {

namespace {

using keys::Unit;

constexpr uint32_t page_bits = 6;
constexpr uint32_t slot_mask = (1U << page_bits) - 1;
constexpr std::size_t most_open = 512;  ///< pages of some kilobytes
constexpr std::size_t most_new = 64;    ///< of a first load, which asks for none of them again

int64_t page_key(uint32_t source, uint32_t node) {
  return pair_key(source, node >> page_bits);
}

}  // namespace

Features::Features(sql::Database& database, keys::KeyRing& keys)
    : database_(database),
      keys_(keys),
      read_(database, "SELECT sealed FROM feature_page WHERE key = ?"),
      write_(database, "REPLACE INTO feature_page VALUES(?, ?)"),
      erase_(database, "DELETE FROM feature_page WHERE key = ?") {}

std::string_view Features::find(uint32_t source, uint32_t node) {
  return open(page_key(source, node)).entries.find(node & slot_mask).value_or(std::string_view());
}

void Features::each(uint32_t source,
                    const std::function<void(uint32_t node, std::string_view)>& visit) {
  flush();
  sql::Statement rows(database_,
                      "SELECT key, sealed FROM feature_page WHERE key BETWEEN ? AND ? ORDER BY key",
                      sql::Rows::many);
  rows.bind(first_key(source)).bind(last_key(source));
  std::string plain;
  while (rows.step()) {
    auto page = second_of(rows.integer(0));
    keys_.open(Unit::features, source, page, rows.bytes(1), plain);
    for (EntryWalk walk(plain); walk.next();) visit(page << page_bits | walk.low(), walk.entry());
  }
}

void Features::put(uint32_t source, uint32_t node, std::string_view features) {
  auto& page = open(page_key(source, node));
  if (page.entries.find(node & slot_mask) == features) return;
  page.entries.put(node & slot_mask, features);
  page.is_changed = true;
}

void Features::erase(uint32_t source, uint32_t node) {
  auto& page = open(page_key(source, node));
  page.is_changed |= page.entries.erase(node & slot_mask);
}

void Features::forget(uint32_t source, uint32_t node) {
  auto& page = open(page_key(source, node));
  page.entries.erase(node & slot_mask);
  page.is_changed = page.wants_other_key = true;
}

bool Features::are_readable() {
  sql::Statement rows(database_, "SELECT key, sealed FROM feature_page", sql::Rows::many);
  while (rows.step())
    if (!keys_.opens(Unit::features, static_cast<uint32_t>(first_of(rows.integer(0))),
                     second_of(rows.integer(0)), rows.bytes(1)))
      return false;
  return true;
}

void Features::erase_all() {
  drop();
  database_.run("DELETE FROM feature_page");
}

Features::Page& Features::open(int64_t key) {
  auto found = open_.find(key);
  if (found != open_.end()) return found->second;
  if (open_.size() >= most_open) {
    flush();
    drop();
  }
  if (new_.size() >= most_new) let_new_go();
  auto& page = open_[key];
  sql::Use read(read_);
  read->bind(key);
  if (!read->step()) {
    new_.push_back(key);
  } else {
    std::string plain;
    keys_.open(Unit::features, static_cast<uint32_t>(first_of(key)), second_of(key), read->bytes(0),
               plain);
    page.entries = EntryPage(std::move(plain));
  }
  return page;
}

void Features::let_new_go() {
  for (auto key : new_) {
    auto page = open_.find(key);
    if (page->second.is_changed) write(key, page->second);
    open_.erase(page);
  }
  new_.clear();
}

void Features::flush() {
  for (auto& [key, page] : open_)
    if (page.is_changed) write(key, page);
}

void Features::write(int64_t key, Page& page) {
  page.is_changed = false;
  if (std::exchange(page.wants_other_key, false))
    keys_.destroy(Unit::features, static_cast<uint32_t>(first_of(key)), second_of(key));
  if (page.entries.bytes().empty()) {
    erase_.bind(key).execute();
    return;
  }
  keys_.seal(Unit::features, static_cast<uint32_t>(first_of(key)), second_of(key),
             page.entries.bytes(), sealed_);
  write_.bind(key).bind_bytes(sealed_).execute();
}

}  // namespace homeroom::store
