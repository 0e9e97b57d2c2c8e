#include "hub/flow/weighed_records.hpp"

#include <algorithm>
#include <cstring>

#include "hub/record/varint.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

std::vector<uint64_t> tokens_of(std::string_view packed) {
  if (packed.empty()) return {};
  const char* at = packed.data();
  std::vector<uint64_t> tokens(record::read_number(at));
  if (!tokens.empty()) std::memcpy(tokens.data(), at, tokens.size() * sizeof(uint64_t));
  return tokens;
}

std::vector<uint64_t> in_order(std::span<const uint64_t> tokens) {
  std::vector<uint64_t> sorted(tokens.begin(), tokens.end());
  std::ranges::sort(sorted);
  auto rest = std::ranges::unique(sorted);
  sorted.erase(rest.begin(), rest.end());
  return sorted;
}

}  // namespace

std::string pack_weighed(std::string_view features, std::span<const uint64_t> tokens) {
  std::string packed;
  record::append_number(packed, tokens.size());
  if (!tokens.empty())
    packed.append(reinterpret_cast<const char*>(tokens.data()), tokens.size_bytes());
  packed += features;
  return packed;
}

std::string_view features_of(std::string_view packed) {
  if (packed.empty()) return packed;
  const char* at = packed.data();
  auto tokens = record::read_number(at);
  packed.remove_prefix(static_cast<std::size_t>(at - packed.data()) + tokens * sizeof(uint64_t));
  return packed;
}

std::unordered_set<uint32_t> WeighedRecords::asking(const std::vector<uint64_t>& tokens) const {
  std::unordered_set<uint32_t> found;
  std::vector<uint32_t> nodes;
  for (auto token : tokens) {
    store_.postings(source_, token, nodes);
    found.insert(nodes.begin(), nodes.end());
  }
  return found;
}

void WeighedRecords::keep(uint32_t node, std::string_view features,
                          std::span<const uint64_t> tokens) {
  if (keeps_ == Keeps::nothing) return;
  auto sorted = in_order(tokens);
  auto before = store_.features(source_, node);
  changed_ += features_of(before) != features;
  change(node, tokens_of(before), sorted);
  store_.put_features(source_, node, pack_weighed(features, sorted));
}

void WeighedRecords::drop(uint32_t node) {
  if (keeps_ == Keeps::nothing) return;
  ++changed_;
  change(node, tokens_of(store_.features(source_, node)), {});
  store_.erase_features(source_, node);
}

void WeighedRecords::change(uint32_t node, std::span<const uint64_t> before,
                            std::span<const uint64_t> now) {
  if (keeps_ == Keeps::all) before = {};
  for (auto token : before)
    if (!std::ranges::binary_search(now, token)) postings_.push_back({token, node, true});
  for (auto token : now)
    if (!std::ranges::binary_search(before, token)) postings_.push_back({token, node, false});
}

void WeighedRecords::finish() {
  if (keeps_ == Keeps::nothing) return;
  if (keeps_ == Keeps::changes) {
    store_.add_postings(source_, postings_.take());
    return;
  }
  auto all = postings_.take_sorted();
  store_.replace_postings(source_, all.size(), [&](std::size_t at) { return all[at].posting(); });
}

}  // namespace homeroom::flow
