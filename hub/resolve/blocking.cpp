#include "hub/resolve/blocking.hpp"

#include <algorithm>
#include <mutex>
#include <numeric>

#include "hub/resolve/hash_sort.hpp"
#include "hub/resolve/key_hashes.hpp"
#include "hub/resolve/meetings.hpp"

namespace homeroom::resolve {

namespace {

constexpr uint32_t most_slots = KeyHashes::most;
constexpr uint64_t pairs_in_piece = 1 << 16;

uint32_t short_hash(uint64_t hash) {
  auto made = static_cast<uint32_t>(hash);
  return made ? made : 1;
}

/// Parts blocks that are too large, one further key at a time.
class Splitter {
 public:
  Splitter(const Records& records, const std::vector<KeyPart>& by, uint32_t most)
      : records_(records), by_(by), most_(most) {}

  /// Calls take(first, size, is_crowded) for the parts of entries [first, first + size), which are
  /// put in order; their hashes become those of the parts.
  template <class Take>
  void split(std::vector<Hashed>& entries, std::size_t first, std::size_t size, std::size_t depth,
             const Take& take) const {
    if (size <= most_) return take(first, size, false);
    auto begin = entries.begin() + static_cast<std::ptrdiff_t>(first);
    auto end = begin + static_cast<std::ptrdiff_t>(size);
    if (depth == by_.size()) {
      // Equal records side by side, so that a record's doubles are among its neighbours.
      std::sort(begin, end, [&](const Hashed& a, const Hashed& b) {
        const auto* x = records_.row(a.record);
        const auto* y = records_.row(b.record);
        auto order = std::lexicographical_compare_three_way(x, x + records_.width - 1, y,
                                                            y + records_.width - 1);
        return order != 0 ? order < 0 : a.record < b.record;
      });
      return take(first, size, true);
    }
    for (auto at = begin; at != end; ++at) {
      auto items = by_[depth].of(records_, at->record);
      at->hash = mixed(at->hash, items.empty() ? 0 : items[0]);
    }
    std::sort(begin, end, is_before);
    for (std::size_t from = first; from < first + size;) {
      auto to = from + 1;
      while (to < first + size && entries[to].hash == entries[from].hash) ++to;
      split(entries, from, to - from, depth + 1, take);
      from = to;
    }
  }

 private:
  const Records& records_;
  const std::vector<KeyPart>& by_;
  uint32_t most_;
};

/// Blocks in the order of their first records, so that who walks over them walks over the records.
void put_in_order_of_records(Blocking::Key& key) {
  std::vector<std::pair<uint32_t, uint32_t>> order;  // first record, block
  order.reserve(key.blocks.size());
  for (uint32_t b = 0; b < key.blocks.size(); ++b)
    order.emplace_back(key.members[key.blocks[b].first], b);
  std::ranges::sort(order);
  std::vector<uint32_t> members;
  std::vector<Blocking::Block> blocks;
  members.reserve(key.members.size());
  blocks.reserve(key.blocks.size());
  for (const auto& [record, b] : order) {
    auto block = key.blocks[b];
    auto from = key.members.begin() + block.first;
    block.first = static_cast<uint32_t>(members.size());
    members.insert(members.end(), from, from + block.size);
    blocks.push_back(block);
  }
  key.members = std::move(members);
  key.blocks = std::move(blocks);
}

}  // namespace

Blocking::Blocking(const Records& records, const Identity& identity, const Workers& workers)
    : records_(records) {
  KeyParts maker(records, identity.nicknames);
  std::vector<std::vector<KeyPart>> parts;
  std::vector<KeyPart> split;
  for (const auto& block : identity.blocks) {
    auto& of_key = parts.emplace_back();
    for (const auto& part : block.parts) of_key.push_back(maker.make(part));
  }
  for (const auto& by : identity.split) split.push_back(maker.make(by));
  auto is_list = [&](std::size_t key) {
    return std::ranges::any_of(parts[key], &KeyPart::is_list);
  };
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_partition(order, [&](std::size_t key) { return !is_list(key); });
  uint32_t singles = 0;
  for (auto at : order) {
    Key key;
    key.name = identity.blocks[at].name;
    key.is_list = is_list(at);
    key.earlier.resize((singles + 3) / 4);
    for (uint32_t slot = 0; slot < singles; ++slot) key.earlier[slot / 4][slot % 4] = ~0U;
    key.at = key.is_list ? list_keys_++ : singles++;
    keys_.push_back(std::move(key));
  }
  single_fours_ = (singles + 3) / 4;
  singles_.resize(std::size_t{records.count} * single_fours_);
  lists_.resize(std::size_t{records.count} * list_keys_);
  Splitter splitter(records, split, identity.most_in_block);
  std::mutex mutex;
  workers.each(static_cast<uint32_t>(keys_.size()), [&](uint32_t k, uint32_t) {
    auto& key = keys_[k];
    std::vector<const KeyPart*> of_key;
    for (const auto& part : parts[order[k]]) of_key.push_back(&part);
    KeyHashes hashes(records, of_key);
    std::vector<Hashed> entries;
    entries.reserve(records.count);
    for (uint32_t record = 0; record < records.count; ++record) {
      uint64_t found[most_slots];
      auto count = hashes.of(record, found);
      for (uint32_t i = 0; i < count; ++i) entries.push_back({found[i], record});
      key.known += count > 0;
    }
    sort_hashed(entries);
    std::vector<uint8_t> used(key.is_list ? records.count : 0);
    auto put = [&](std::size_t first, std::size_t size, bool is_crowded) {
      if (size < 2) return;
      Block block{static_cast<uint32_t>(key.members.size()), static_cast<uint32_t>(size),
                  short_hash(entries[first].hash), is_crowded};
      for (std::size_t i = first; i < first + size; ++i) {
        auto record = entries[i].record;
        key.members.push_back(record);
        if (is_crowded) continue;
        auto hash = short_hash(entries[i].hash);
        if (key.is_list)
          lists_[std::size_t{record} * list_keys_ + key.at][used[record]++] = hash;
        else
          singles_[std::size_t{record} * single_fours_ + key.at / 4][key.at % 4] = hash;
      }
      key.blocks.push_back(block);
      if (!is_crowded) return;
      std::lock_guard lock(mutex);
      crowded_.push_back({k, block.size});
    };
    for (std::size_t from = 0; from < entries.size();) {
      auto to = from + 1;
      while (to < entries.size() && entries[to].hash == entries[from].hash) ++to;
      splitter.split(entries, from, to - from, 0, put);
      from = to;
    }
    put_in_order_of_records(key);
  });
  std::ranges::sort(crowded_, [](const CrowdedBlock& a, const CrowdedBlock& b) {
    return std::pair(a.key, b.records) < std::pair(b.key, a.records);
  });
  for (uint32_t k = 0; k < keys_.size(); ++k) {
    const auto& blocks = keys_[k].blocks;
    uint64_t pairs = 0;
    uint32_t first = 0;
    for (uint32_t b = 0; b < blocks.size(); ++b) {
      pairs += uint64_t{blocks[b].size} * (blocks[b].is_crowded ? neighbours : blocks[b].size - 1);
      if (pairs < pairs_in_piece && b + 1 < blocks.size()) continue;
      pieces_.push_back({k, first, b + 1});
      first = b + 1;
      pairs = 0;
    }
  }
}

bool Blocking::share(const Key& key, uint32_t a, uint32_t b) const {
  if (key.is_list) return is_any(shared(lists(a)[key.at], lists(b)[key.at]));
  auto hash = singles(a)[key.at / 4][key.at % 4];
  return hash && hash == singles(b)[key.at / 4][key.at % 4];
}

uint32_t Blocking::keys_shared(uint32_t a, uint32_t b) const {
  uint32_t count = 0;
  for (const auto& key : keys_) count += share(key, a, b);
  return count;
}

}  // namespace homeroom::resolve
