#include "hub/store/entry_pages.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "hub/store/pair_key.hpp"

namespace homeroom::store {

namespace {

constexpr std::size_t most_open = 64;

/// Entries known one by one: some of them are asked for in each phase of a night.
constexpr std::size_t most_known = 16'384;

/// So many changes of one page may lie beside it. A row costs about a twentieth of what a page
/// costs, and whoever reads the page reads them, too.
constexpr std::size_t most_beside = 16;

}  // namespace

EntryPages::EntryPages(sql::Database& database, const std::string& table, unsigned page_bits,
                       const std::string& changes)
    : database_(database),
      page_bits_(page_bits),
      low_mask_((1u << page_bits) - 1),
      read_all_("SELECT key, entries FROM " + table + " WHERE key BETWEEN ? AND ? ORDER BY key"),
      read_last_("SELECT key, entries FROM " + table +
                 " WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1"),
      read_(database, "SELECT entries FROM " + table + " WHERE key = ?"),
      write_(database, "REPLACE INTO " + table + " VALUES(?, ?)"),
      erase_(database, "DELETE FROM " + table + " WHERE key = ?"),
      last_key_stored_(database, "SELECT max(key) FROM " + table) {
  if (!changes.empty()) changes_.emplace(database, changes);
}

int64_t EntryPages::page_of(int64_t entry_key) const {
  return pair_key(first_of(entry_key), second_of(entry_key) >> page_bits_);
}

int64_t EntryPages::first_entry(int64_t key) const {
  return pair_key(first_of(key), second_of(key) << page_bits_);
}

void EntryPages::each(uint32_t owner,
                      const std::function<void(uint32_t id, std::string_view entry)>& visit) {
  flush();
  std::optional<EntryChanges::Walk> beside;
  if (changes_) beside.emplace(*changes_, first_key(owner), last_key(owner));
  auto visit_beside = [&](int64_t before) {
    for (; beside && beside->key() && *beside->key() < before; beside->next())
      visit(second_of(*beside->key()), beside->entry());
  };
  sql::Statement rows(database_, read_all_, sql::Rows::many);
  rows.bind(first_key(owner)).bind(last_key(owner));
  while (rows.step()) {
    auto first = first_entry(rows.integer(0));
    for (EntryWalk walk(rows.bytes(1)); walk.next();) {
      auto key = first | walk.low();
      visit_beside(key);
      bool is_changed = beside && beside->key() == key;
      visit(second_of(key), is_changed ? beside->entry() : walk.entry());
      if (is_changed) beside->next();
    }
  }
  visit_beside(INT64_MAX);
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
      if (change(first | walk.low(), page.entries.data() + walk.end() - walk.entry().size()))
        page.changed.set(walk.low());
  }
}

uint32_t EntryPages::end(uint32_t owner) {
  flush();
  uint32_t end = 0;
  sql::Statement row(database_, read_last_);
  row.bind(first_key(owner)).bind(last_key(owner));
  if (row.step())
    for (EntryWalk walk(row.bytes(1)); walk.next();)
      end = second_of(first_entry(row.integer(0)) | walk.low()) + 1;
  auto beside = changes_ ? changes_->last(first_key(owner), last_key(owner)) : std::nullopt;
  return beside ? std::max(end, second_of(*beside) + 1) : end;
}

std::optional<std::string_view> EntryPages::find(uint32_t owner, uint32_t id) {
  auto key = pair_key(owner, id >> page_bits_);
  if (auto* page = opened(key)) return page->entries.find(id & low_mask_);
  auto known = known_.find(pair_key(owner, id));
  if (known != known_.end()) return known->second.entry;
  if (glanced_ == key) return open(owner, id).entries.find(id & low_mask_);
  return glance(owner, id);
}

/// Who asks here and there need not have whole pages brought in; who asks twice in turn, has.
std::optional<std::string_view> EntryPages::glance(uint32_t owner, uint32_t id) {
  auto key = pair_key(owner, id >> page_bits_);
  glanced_ = key;
  if (!may_be_stored(key)) return std::nullopt;
  if (!changes_) return find_in_page(key, id & low_mask_);
  auto found = changes_->find(pair_key(owner, id));
  if (!found) found = find_in_page(key, id & low_mask_);
  know(pair_key(owner, id), found, false);
  return known_.at(pair_key(owner, id)).entry;
}

std::optional<std::string_view> EntryPages::find_in_page(int64_t key, uint32_t low) {
  sql::Use row(read_);
  row->bind(key);
  if (!row->step()) return std::nullopt;
  for (EntryWalk walk(row->bytes(0)); walk.next() && walk.low() <= low;)
    if (walk.low() == low) return entry_ = walk.entry();
  return std::nullopt;
}

void EntryPages::know(int64_t entry_key, std::optional<std::string_view> entry, bool is_changed) {
  if (known_.size() >= most_known) {
    flush();
    known_.clear();
  }
  auto& known = known_[entry_key];
  known.entry = entry;
  known.is_changed |= is_changed;
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
  auto key = pair_key(owner, id >> page_bits_);
  if (may_stay_beside(key)) return know(pair_key(owner, id), entry, true);
  auto& page = open(owner, id);
  page.entries.put(id & low_mask_, entry);
  page.changed.set(id & low_mask_);
}

/// Not where the page is open or a new one, nor when more of it is put than may lie beside it.
bool EntryPages::may_stay_beside(int64_t key) {
  if (!changes_ || opened(key) || !may_be_stored(key)) return false;
  puts_in_turn_ = put_into_ == key ? puts_in_turn_ + 1 : 1;
  put_into_ = key;
  return puts_in_turn_ <= most_beside;
}

void EntryPages::erase(uint32_t owner, uint32_t id) {
  auto& page = open(owner, id);
  page.has_lost |= page.entries.erase(id & low_mask_);
}

void EntryPages::flush() {
  for (auto& [key, page] : open_) write(key, page);
  write_known();
}

void EntryPages::write(int64_t key, Page& page) {
  if (page.changed.none() && !page.has_lost) return;
  bool is_small = page.changed.count() + page.beside <= most_beside;
  if (changes_ && page.is_stored && !page.has_lost && is_small) return write_beside(key, page);
  page.is_stored = !page.entries.bytes().empty();
  if (page.is_stored)
    write_.bind(key).bind_bytes(page.entries.bytes()).execute();
  else
    erase_.bind(key).execute();
  if (page.beside > 0) changes_->erase(first_entry(key), last_entry(key));
  page.beside = 0;
  page.has_lost = false;
  page.changed.reset();
  if (behind_ && key >= *behind_) behind_ = key + 1;
}

void EntryPages::write_beside(int64_t key, Page& page) {
  for (uint32_t low = 0; low <= low_mask_; ++low)
    if (page.changed[low]) changes_->put(first_entry(key) | low, *page.entries.find(low));
  page.beside += page.changed.count();
  page.changed.reset();
}

/// Rows of one table that are put one after the other go together to a server, so all is asked
/// first.
void EntryPages::write_known() {
  std::vector<int64_t> whole;
  std::vector<std::map<int64_t, Known>::iterator> beside;
  for (auto entry = known_.begin(); entry != known_.end();) {
    auto key = page_of(entry->first);
    auto begin = beside.size();
    for (; entry != known_.end() && entry->first <= last_entry(key); ++entry)
      if (entry->second.is_changed) beside.push_back(entry);
    auto changed = beside.size() - begin;
    if (changed == 0) continue;
    if (changed + changes_->count(first_entry(key), last_entry(key)) <= most_beside) continue;
    whole.push_back(key);
    beside.resize(begin);
  }
  for (auto entry : beside) {
    changes_->put(entry->first, *entry->second.entry);
    entry->second.is_changed = false;
  }
  for (auto key : whole) {
    auto page = load(key);
    write(key, page);
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
  return *(last_ = &open_.emplace(key, load(key)).first->second);
}

/// What is known of it goes into it.
EntryPages::Page EntryPages::load(int64_t key) {
  std::string bytes;
  if (!spare_.empty()) {
    bytes = std::move(spare_.back());
    bytes.clear();
    spare_.pop_back();
  }
  Page page;
  if (may_be_stored(key)) {
    sql::Use row(read_);
    row->bind(key);
    page.is_stored = row->step();
    if (page.is_stored) bytes = row->bytes(0);
  }
  page.entries = EntryPage(std::move(bytes));
  if (!changes_) return page;
  changes_->each(first_entry(key), last_entry(key), [&](int64_t entry_key, std::string_view entry) {
    page.entries.put(second_of(entry_key) & low_mask_, entry);
    ++page.beside;
  });
  auto begin = known_.lower_bound(first_entry(key)), end = known_.upper_bound(last_entry(key));
  for (auto entry = begin; entry != end; ++entry) {
    if (!entry->second.is_changed) continue;
    page.entries.put(second_of(entry->first) & low_mask_, *entry->second.entry);
    page.changed.set(second_of(entry->first) & low_mask_);
  }
  known_.erase(begin, end);
  return page;
}

void EntryPages::forget() {
  open_.clear();
  known_.clear();
  last_ = nullptr;
  behind_.reset();
  glanced_.reset();
  put_into_ = 0;
  if (changes_) changes_->forget();
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
