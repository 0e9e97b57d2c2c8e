#include "hub/store/node_pages.hpp"

#include <algorithm>
#include <cstring>

#include "homeroom/error.hpp"
#include "hub/record/varint.hpp"
#include "hub/store/pair_key.hpp"

namespace homeroom::store {

namespace {

constexpr uint32_t page_bits = 8;
constexpr uint32_t low_mask = (1u << page_bits) - 1;
constexpr std::size_t most_open = 64;

// Entry: u8 low bits of the id | u8 has a frame | u64 token | three texts, each with its size as a
// number of variable length in front.
void put_text(std::string& out, std::string_view text) {
  record::append_number(out, text.size());
  out += text;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool is_at_end() const { return rest_.empty(); }

  uint8_t byte() {
    need(1);
    auto value = static_cast<uint8_t>(rest_[0]);
    rest_.remove_prefix(1);
    return value;
  }
  uint64_t number() {
    uint64_t value;
    need(sizeof value);
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }
  std::string_view text() {
    uint64_t size = 0;
    if (!record::take_number(rest_, size)) broken();
    need(size);
    auto text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }
  std::size_t left() const { return rest_.size(); }

 private:
  void need(std::size_t size) const {
    if (rest_.size() < size) broken();
  }
  [[noreturn]] static void broken() { throw Error(Next::fail, "a page of nodes is cut short"); }

  std::string_view rest_;
};

NodeEntry take_entry(Reader& reader) {
  NodeEntry entry;
  entry.has_frame = reader.byte() != 0;
  entry.token = reader.number();
  entry.digests = reader.text();
  entry.neighbors = reader.text();
  entry.uses = reader.text();
  return entry;
}

}  // namespace

NodePages::NodePages(sqlite::Database& database)
    : database_(database),
      read_(database, "SELECT nodes FROM node_page WHERE key = ?"),
      write_(database, "REPLACE INTO node_page VALUES(?, ?)"),
      erase_(database, "DELETE FROM node_page WHERE key = ?") {}

void NodePages::each(uint32_t source,
                     const std::function<void(uint32_t id, const NodeEntry&)>& visit) {
  flush();
  sqlite::Statement rows(
      database_, "SELECT key, nodes FROM node_page WHERE key BETWEEN ? AND ? ORDER BY key");
  rows.bind(first_key(source)).bind(last_key(source));
  while (rows.step()) {
    auto first = second_of(rows.integer(0)) << page_bits;
    for (Reader reader(rows.bytes(1)); !reader.is_at_end();) {
      auto low = reader.byte();
      visit(first | low, take_entry(reader));
    }
  }
}

std::optional<NodeEntry> NodePages::find(uint32_t source, uint32_t id) {
  const auto& page = open(source, id);
  auto slot = slot_of(page, id);
  if (slot.size == 0) return std::nullopt;
  Reader reader(std::string_view(page.bytes).substr(slot.at + 1, slot.size - 1));
  return take_entry(reader);
}

void NodePages::put(uint32_t source, uint32_t id, const NodeEntry& entry) {
  entry_.clear();
  entry_ += static_cast<char>(id & low_mask);
  entry_ += static_cast<char>(entry.has_frame);
  entry_.append(reinterpret_cast<const char*>(&entry.token), sizeof entry.token);
  put_text(entry_, entry.digests);
  put_text(entry_, entry.neighbors);
  put_text(entry_, entry.uses);
  auto& page = open(source, id);
  auto slot = slot_of(page, id);
  page.bytes.replace(slot.at, slot.size, entry_);
  page.last = std::max(page.last, static_cast<int>(id & low_mask));
  page.is_changed = true;
}

void NodePages::erase(uint32_t source, uint32_t id) {
  auto& page = open(source, id);
  auto slot = slot_of(page, id);
  page.bytes.erase(slot.at, slot.size);
  page.is_changed |= slot.size > 0;
}

void NodePages::flush() {
  for (auto& [key, page] : open_) {
    if (!page.is_changed) continue;
    if (page.bytes.empty()) erase_.bind(key).execute();
    else write_.bind(key).bind_bytes(page.bytes).execute();
    page.is_changed = false;
  }
}

NodePages::Page& NodePages::open(uint32_t source, uint32_t id) {
  auto key = pair_key(source, id >> page_bits);
  if (auto found = open_.find(key); found != open_.end()) return found->second;
  if (open_.size() == most_open) {
    flush();
    open_.clear();
  }
  auto& page = open_[key];
  sqlite::Use row(read_);
  row->bind(key);
  if (row->step()) page.bytes = row->bytes(0);
  for (Reader reader(page.bytes); !reader.is_at_end();) {
    page.last = reader.byte();
    take_entry(reader);
  }
  return page;
}

NodePages::Slot NodePages::slot_of(const Page& page, uint32_t id) {
  auto end = page.bytes.size();
  auto wanted = static_cast<int>(id & low_mask);
  if (wanted > page.last) return {end, 0};
  for (Reader reader(page.bytes); !reader.is_at_end();) {
    auto at = end - reader.left();
    auto low = reader.byte();
    if (low > wanted) return {at, 0};
    take_entry(reader);
    if (low == wanted) return {at, end - reader.left() - at};
  }
  return {end, 0};
}

}  // namespace homeroom::store
