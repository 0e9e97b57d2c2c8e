#include "hub/store/entry_pages.hpp"

#include <utility>
#include <vector>

#include "hub/store/pair_key.hpp"

namespace homeroom::store {

namespace {

constexpr std::size_t most_open = 64;

}  // namespace

EntryPages::EntryPages(sql::Database& database, const std::string& table, unsigned page_bits)
    : database_(database),
      page_bits_(page_bits),
      low_mask_((1u << page_bits) - 1),
      read_all_("SELECT key, entries FROM " + table + " WHERE key BETWEEN ? AND ? ORDER BY key"),
      read_last_("SELECT key, entries FROM " + table +
                 " WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1"),
      read_(database, "SELECT entries FROM " + table + " WHERE key = ?"),
      write_(database, "REPLACE INTO " + table + " VALUES(?, ?)"),
      erase_(database, "DELETE FROM " + table + " WHERE key = ?"),
      last_key_stored_(database, "SELECT max(key) FROM " + table) {}

void EntryPages::each(uint32_t owner,
                      const std::function<void(uint32_t id, std::string_view entry)>& visit) {
  flush();
  sql::Statement rows(database_, read_all_, sql::Rows::many);
  rows.bind(first_key(owner)).bind(last_key(owner));
  while (rows.step()) {
    auto first = second_of(rows.integer(0)) << page_bits_;
    for (EntryWalk walk(rows.bytes(1)); walk.next();) visit(first | walk.low(), walk.entry());
  }
}

void EntryPages::change_each(uint32_t owner,
                             const std::function<bool(uint32_t id, char* entry)>& change) {
  std::vector<uint32_t> firsts;
  each(owner, [&](uint32_t id, std::string_view) {
    auto first = id & ~low_mask_;
    if (firsts.empty() || firsts.back() != first) firsts.push_back(first);
  });
  for (auto first : firsts) {
    auto& page = open(owner, first);
    for (EntryWalk walk(page.entries.bytes()); walk.next();)
      page.is_changed |=
          change(first | walk.low(), page.entries.data() + walk.end() - walk.entry().size());
  }
}

uint32_t EntryPages::end(uint32_t owner) {
  flush();
  sql::Statement row(database_, read_last_);
  row.bind(first_key(owner)).bind(last_key(owner));
  uint32_t end = 0;
  if (!row.step()) return end;
  auto first = second_of(row.integer(0)) << page_bits_;
  for (EntryWalk walk(row.bytes(1)); walk.next();) end = (first | walk.low()) + 1;
  return end;
}

std::optional<std::string_view> EntryPages::find(uint32_t owner, uint32_t id) {
  auto key = pair_key(owner, id >> page_bits_);
  auto* page = opened(key);
  if (!page && glanced_ != key) return glance(key, id & low_mask_);
  if (!page) page = &open(owner, id);
  return page->entries.find(id & low_mask_);
}

/// Who asks here and there need not have whole pages brought in; who asks twice in turn, has.
std::optional<std::string_view> EntryPages::glance(int64_t key, uint32_t low) {
  glanced_ = key;
  if (!may_be_stored(key)) return std::nullopt;
  sql::Use row(read_);
  row->bind(key);
  if (!row->step()) return std::nullopt;
  for (EntryWalk walk(row->bytes(0)); walk.next() && walk.low() <= low;)
    if (walk.low() == low) return entry_ = walk.entry();
  return std::nullopt;
}

/// The page, if it is in memory.
EntryPages::Page* EntryPages::opened(int64_t key) {
  if (last_ && last_key_ == key) return last_;
  auto found = open_.find(key);
  if (found == open_.end()) return nullptr;
  last_key_ = key;
  return last_ = &found->second;
}

void EntryPages::put(uint32_t owner, uint32_t id, std::string_view entry) {
  auto& page = open(owner, id);
  page.entries.put(id & low_mask_, entry);
  page.is_changed = true;
}

void EntryPages::erase(uint32_t owner, uint32_t id) {
  auto& page = open(owner, id);
  page.is_changed |= page.entries.erase(id & low_mask_);
}

void EntryPages::flush() {
  for (auto& [key, page] : open_) {
    if (!page.is_changed) continue;
    if (page.entries.bytes().empty())
      erase_.bind(key).execute();
    else
      write_.bind(key).bind_bytes(page.entries.bytes()).execute();
    if (behind_ && key >= *behind_) behind_ = key + 1;
    page.is_changed = false;
  }
}

EntryPages::Page& EntryPages::open(uint32_t owner, uint32_t id) {
  auto key = pair_key(owner, id >> page_bits_);
  if (auto* page = opened(key)) return *page;
  last_ = nullptr;
  last_key_ = key;
  if (open_.size() == most_open) {
    flush();
    for (auto& [_, page] : open_) spare_.push_back(page.entries.take());
    open_.clear();
  }
  std::string bytes;
  if (!spare_.empty()) {
    bytes = std::move(spare_.back());
    bytes.clear();
    spare_.pop_back();
  }
  if (may_be_stored(key)) {
    sql::Use row(read_);
    row->bind(key);
    if (row->step()) bytes = row->bytes(0);
  }
  Page page{EntryPage(std::move(bytes)), false};
  return *(last_ = &open_.emplace(key, std::move(page)).first->second);
}

/// Most pages of a first load are new ones behind all that are there.
bool EntryPages::may_be_stored(int64_t key) {
  if (!behind_) {
    sql::Use row(last_key_stored_);
    behind_ = row->step() && !row->is_null(0) ? row->integer(0) + 1 : INT64_MIN;
  }
  return key < *behind_;
}

}  // namespace homeroom::store
