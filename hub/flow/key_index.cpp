#include "hub/flow/key_index.hpp"

#include <algorithm>
#include <cstring>

#include "hub/flow/node_table.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

constexpr std::size_t entry_bytes = sizeof(uint64_t) + sizeof(uint32_t);

std::string name_of(const std::string& stream) {
  return "keys of " + stream;
}

}  // namespace

KeyIndex KeyIndex::load(store::Store& store, uint32_t source, const std::string& stream) {
  KeyIndex index;
  auto bytes = store.reference(source, name_of(stream));
  for (std::size_t at = 0; at + entry_bytes <= bytes.size(); at += entry_bytes) {
    auto& entry = index.entries_.emplace_back();
    std::memcpy(&entry.first, bytes.data() + at, sizeof entry.first);
    std::memcpy(&entry.second, bytes.data() + at + sizeof entry.first, sizeof entry.second);
  }
  return index;
}

void KeyIndex::forget(store::Store& store, uint32_t source, const std::string& stream) {
  if (!store.reference(source, name_of(stream)).empty())
    store.put_reference(source, name_of(stream), "");
}

uint32_t KeyIndex::find(uint64_t key) const {
  auto found = std::ranges::lower_bound(entries_, key, {}, &std::pair<uint64_t, uint32_t>::first);
  return found != entries_.end() && found->first == key ? found->second : NodeTable::none;
}

std::vector<std::pair<uint64_t, uint32_t>> KeyIndex::take_unlisted(const KeyList& listed) {
  std::vector<std::pair<uint64_t, uint32_t>> unlisted;
  std::erase_if(entries_, [&](const auto& entry) {
    bool is_unlisted = !listed.has(entry.first);
    if (is_unlisted) unlisted.push_back(entry);
    return is_unlisted;
  });
  return unlisted;
}

void KeyIndex::update(const std::vector<RowRef>& rows, uint16_t stream) {
  auto old = entries_.size();
  std::vector<uint64_t> gone;
  for (const auto& row : rows) {
    if (row.stream != stream || row.is_moved) continue;
    if (row.is_gone)
      gone.push_back(row.key);
    else
      entries_.emplace_back(row.key, row.node);
  }
  std::ranges::sort(gone);
  // Later entries of a key are newer: a stable sort keeps them behind, and the last one stays.
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::pair<uint64_t, uint32_t>> kept;
  kept.reserve(std::max(old, entries_.size()));
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    bool is_last = i + 1 == entries_.size() || entries_[i + 1].first != entries_[i].first;
    if (is_last && !std::ranges::binary_search(gone, entries_[i].first))
      kept.push_back(entries_[i]);
  }
  entries_ = std::move(kept);
}

void KeyIndex::save(store::Store& store, uint32_t source, const std::string& stream) const {
  std::string bytes;
  bytes.reserve(entries_.size() * entry_bytes);
  for (const auto& [key, node] : entries_) {
    bytes.append(reinterpret_cast<const char*>(&key), sizeof key);
    bytes.append(reinterpret_cast<const char*>(&node), sizeof node);
  }
  store.put_reference(source, name_of(stream), bytes);
}

}  // namespace homeroom::flow
