#include "hub/flow/key_index.hpp"

#include <algorithm>

#include "hub/flow/few.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

std::string columns_of(const extract::StreamPlan& plan) {
  std::string names;
  for (auto key : plan.key) names += plan.columns[key] + '\x1f';
  return names;
}

std::span<const RowRef> rows_of(std::span<const RowRef> rows, uint16_t stream) {
  auto found = std::ranges::equal_range(rows, stream, {}, &RowRef::stream);
  return {found.begin(), found.end()};
}

}  // namespace

KeyIndex::KeyIndex(store::Store& store, uint32_t source, const std::string& name, uint16_t stream,
                   const extract::StreamPlan& plan)
    : KeyIndex(store, {source, name, columns_of(plan)}, stream) {}

KeyIndex::KeyIndex(store::Store& store, store::KeyedStream of, uint16_t stream)
    : store_(store), of_(std::move(of)), stream_(stream) {
  auto count = store.count_keys(of_);
  is_known_ = count.has_value();
  count_ = count.value_or(0);
}

/// No stream has an empty name.
KeyIndex KeyIndex::of_tokens(store::Store& store, uint32_t source) {
  return {store, {source, "", "token"}, UINT16_MAX};
}

void KeyIndex::read_all() {
  store_.each_key(of_, [&](const store::Posting& record) {
    all_.push_back(store::Posting{record.token, record.node});
  });
}

std::span<const uint32_t> KeyIndex::nodes(uint64_t key) {
  if (all_.empty() && !are_few(++asked_, count_)) read_all();
  if (all_.empty()) {
    store_.find_key(of_, key, found_);
    return found_;
  }
  found_.clear();
  for (const auto& one : std::ranges::equal_range(all_, key, {}, &SmallPosting::token))
    found_.push_back(one.node());
  return found_;
}

std::vector<std::pair<uint64_t, uint32_t>> KeyIndex::unlisted(const KeyList& listed) {
  std::vector<std::pair<uint64_t, uint32_t>> unlisted;
  store_.each_key(of_, [&](const store::Posting& record) {
    if (!listed.has(record.token)) unlisted.emplace_back(record.token, record.node);
  });
  return unlisted;
}

void KeyIndex::change(uint32_t node, std::span<const RowRef> before, std::span<const RowRef> now) {
  before = rows_of(before, stream_);
  now = rows_of(now, stream_);
  auto has = [](std::span<const RowRef> rows, uint64_t key) {
    return std::ranges::binary_search(rows, key, {}, &RowRef::key);
  };
  if (before.empty()) {
    for (const auto& row : now) hang(row.key, node);
    return;
  }
  for (const auto& row : before)
    if (!has(now, row.key)) take_off(row.key, node);
  for (const auto& row : now)
    if (!has(before, row.key)) hang(row.key, node);
}

void KeyIndex::save() {
  if (!is_known_) return make();
  std::vector<SmallPosting>().swap(all_);
  store_.add_keys(of_, changes_.take());
}

void KeyIndex::make() {
  auto all = changes_.take_sorted();
  store_.replace_keys(of_, all.size(), [&](std::size_t at) { return all[at].posting(); });
  is_known_ = true;
  count_ = all.size();
}

}  // namespace homeroom::flow
