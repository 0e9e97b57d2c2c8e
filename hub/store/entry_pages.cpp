#include "hub/store/entry_pages.hpp"

#include <algorithm>
#include <vector>

#include "homeroom/error.hpp"
#include "hub/record/varint.hpp"
#include "hub/store/pair_key.hpp"

namespace homeroom::store {

namespace {

constexpr std::size_t most_open = 64;

/// Walks the entries of a page: u8 low bits of the id | size, a number of variable length | bytes.
class Walk {
 public:
  explicit Walk(std::string_view page) : page_(page), rest_(page) {}

  bool next() {
    if (rest_.empty()) return false;
    at_ = page_.size() - rest_.size();
    low_ = static_cast<unsigned char>(rest_[0]);
    rest_.remove_prefix(1);
    uint64_t size = 0;
    if (!record::take_number(rest_, size) || size > rest_.size())
      throw Error(Next::fail,
                  "a page of entries is cut short; restore the store from the last backup");
    entry_ = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  uint32_t low() const { return low_; }
  std::string_view entry() const { return entry_; }
  std::size_t at() const { return at_; }
  std::size_t end() const { return page_.size() - rest_.size(); }

 private:
  std::string_view page_, rest_, entry_;
  std::size_t at_ = 0;
  uint32_t low_ = 0;
};

}  // namespace

EntryPages::EntryPages(sqlite::Database& database, const std::string& table, unsigned page_bits)
    : database_(database),
      page_bits_(page_bits),
      low_mask_((1u << page_bits) - 1),
      read_all_("SELECT key, entries FROM " + table + " WHERE key BETWEEN ? AND ? ORDER BY key"),
      read_(database, "SELECT entries FROM " + table + " WHERE key = ?"),
      write_(database, "REPLACE INTO " + table + " VALUES(?, ?)"),
      erase_(database, "DELETE FROM " + table + " WHERE key = ?"),
      last_key_stored_(database, "SELECT max(key) FROM " + table) {}

void EntryPages::each(uint32_t owner,
                      const std::function<void(uint32_t id, std::string_view entry)>& visit) {
  flush();
  sqlite::Statement rows(database_, read_all_);
  rows.bind(first_key(owner)).bind(last_key(owner));
  while (rows.step()) {
    auto first = second_of(rows.integer(0)) << page_bits_;
    for (Walk walk(rows.bytes(1)); walk.next();) visit(first | walk.low(), walk.entry());
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
    for (Walk walk(page.bytes); walk.next();) {
      auto at = static_cast<std::size_t>(walk.entry().data() - page.bytes.data());
      page.is_changed |= change(first | walk.low(), page.bytes.data() + at);
    }
  }
}

std::optional<std::string_view> EntryPages::find(uint32_t owner, uint32_t id) {
  const auto& page = open(owner, id);
  auto slot = slot_of(page, id);
  if (slot.size == 0) return std::nullopt;
  return std::string_view(page.bytes).substr(slot.entry, slot.at + slot.size - slot.entry);
}

void EntryPages::put(uint32_t owner, uint32_t id, std::string_view entry) {
  head_.clear();
  head_ += static_cast<char>(id & low_mask_);
  record::append_number(head_, entry.size());
  auto& page = open(owner, id);
  auto slot = slot_of(page, id);
  if (slot.at == page.bytes.size()) {
    page.bytes.append(head_).append(entry);
  } else {
    head_.append(entry);
    page.bytes.replace(slot.at, slot.size, head_);
  }
  page.last = std::max(page.last, static_cast<int>(id & low_mask_));
  page.is_changed = true;
}

void EntryPages::erase(uint32_t owner, uint32_t id) {
  auto& page = open(owner, id);
  auto slot = slot_of(page, id);
  page.bytes.erase(slot.at, slot.size);
  page.is_changed |= slot.size > 0;
}

void EntryPages::flush() {
  for (auto& [key, page] : open_) {
    if (!page.is_changed) continue;
    if (page.bytes.empty())
      erase_.bind(key).execute();
    else
      write_.bind(key).bind_bytes(page.bytes).execute();
    if (behind_ && key >= *behind_) behind_ = key + 1;
    page.is_changed = false;
  }
}

EntryPages::Page& EntryPages::open(uint32_t owner, uint32_t id) {
  auto key = pair_key(owner, id >> page_bits_);
  if (last_ && last_key_ == key) return *last_;
  last_ = nullptr;
  last_key_ = key;
  if (auto found = open_.find(key); found != open_.end()) return *(last_ = &found->second);
  if (open_.size() == most_open) {
    flush();
    for (auto& [_, page] : open_) spare_.push_back(std::move(page.bytes));
    open_.clear();
  }
  Page page;
  if (!spare_.empty()) {
    page.bytes = std::move(spare_.back());
    page.bytes.clear();
    spare_.pop_back();
  }
  if (may_be_stored(key)) {
    sqlite::Use row(read_);
    row->bind(key);
    if (row->step()) page.bytes = row->bytes(0);
    for (Walk walk(page.bytes); walk.next();) page.last = static_cast<int>(walk.low());
  }
  return *(last_ = &open_.emplace(key, std::move(page)).first->second);
}

/// Most pages of a first load are new ones behind all that are there.
bool EntryPages::may_be_stored(int64_t key) {
  if (!behind_) {
    sqlite::Use row(last_key_stored_);
    behind_ = row->step() && !row->is_null(0) ? row->integer(0) + 1 : INT64_MIN;
  }
  return key < *behind_;
}

EntryPages::Slot EntryPages::slot_of(const Page& page, uint32_t id) const {
  auto end = page.bytes.size();
  auto wanted = id & low_mask_;
  if (static_cast<int>(wanted) > page.last) return {end, 0, end};
  for (Walk walk(page.bytes); walk.next();) {
    if (walk.low() > wanted) return {walk.at(), 0, walk.at()};
    if (walk.low() == wanted)
      return {walk.at(), walk.end() - walk.at(), walk.end() - walk.entry().size()};
  }
  return {end, 0, end};
}

}  // namespace homeroom::store
