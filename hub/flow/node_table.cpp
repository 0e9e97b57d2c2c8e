#include "hub/flow/node_table.hpp"

#include <algorithm>
#include <utility>

namespace homeroom::flow {

namespace {
// Tokens are keyed hashes already; the multiplication only spreads them over the top bits.
std::size_t slot_of(uint64_t token, std::size_t slots) {
  return static_cast<std::size_t>((token * 0x9E3779B97F4A7C15ull) >> 20) & (slots - 1);
}

constexpr std::size_t fetched_ahead = 8;  ///< about as many as a core fetches side by side
}  // namespace

/// Of those at hand.
uint32_t NodeTable::known(uint64_t token) const {
  if (slots_.empty()) return none;
  for (std::size_t at = slot_of(token, slots_.size());; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at] == 0) return none;
    if (this->token(slots_[at] - 1) == token) return slots_[at] - 1;
  }
}

uint32_t NodeTable::stored(uint64_t token) const {
  return look_up_ ? look_up_(std::span(&token, 1)).front() : none;
}

uint32_t NodeTable::find(uint64_t token) const {
  auto id = known(token);
  return id == none ? stored(token) : id;
}

/// The node of a token that is not stored, or is at hand.
uint32_t NodeTable::add(uint64_t token) {
  if (used_ * 2 >= slots_.size()) index();
  for (std::size_t at = slot_of(token, slots_.size());; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at] == 0) {
      tokens_.push_back(token);
      slots_[at] = size();
      ++used_;
      return size() - 1;
    }
    if (this->token(slots_[at] - 1) == token) return slots_[at] - 1;
  }
}

void NodeTable::find_or_add(std::span<const uint64_t> tokens, std::vector<uint32_t>& ids) {
  constexpr auto ahead = fetched_ahead;
  auto fetch_slot = [&](uint64_t token) {
    if (!slots_.empty()) __builtin_prefetch(&slots_[slot_of(token, slots_.size())]);
  };
  auto fetch_token = [&](uint64_t token) {
    auto slot = slots_.empty() ? 0 : slots_[slot_of(token, slots_.size())];
    if (slot > first_new_) __builtin_prefetch(&tokens_[slot - 1 - first_new_]);
  };
  ids.resize(tokens.size());
  if (asks()) look_ahead(tokens);
  for (std::size_t i = 0; i < tokens.size() + 2 * ahead; ++i) {
    if (i < tokens.size()) fetch_slot(tokens[i]);
    if (i >= ahead && i - ahead < tokens.size()) fetch_token(tokens[i - ahead]);
    if (i >= 2 * ahead) ids[i - 2 * ahead] = add(tokens[i - 2 * ahead]);
  }
}

/// Brings in the stored ones of these.
void NodeTable::look_ahead(std::span<const uint64_t> tokens) {
  std::vector<uint64_t> unknown;
  for (auto token : tokens)
    if (known(token) == none) unknown.push_back(token);
  std::ranges::sort(unknown);
  auto doubles = std::ranges::unique(unknown);
  unknown.erase(doubles.begin(), doubles.end());
  auto ids = look_up_(unknown);
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (ids[i] != none) restore(ids[i], unknown[i]);
}

void NodeTable::ask(LookUp look_up, uint32_t end) {
  look_up_ = std::move(look_up);
  first_new_ = end;
}

void NodeTable::place(uint32_t id) {
  std::size_t at = slot_of(token(id), slots_.size());
  while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = id + 1;
  ++used_;
}

/// Few of the stored ones are at hand: those that are stand in the slots.
void NodeTable::grow() {
  auto former = std::move(slots_);
  slots_.assign(std::max<std::size_t>(1024, former.size() * 2), 0);
  used_ = 0;
  for (auto slot : former)
    if (slot != 0) place(slot - 1);
}

void NodeTable::index() {
  if (asks()) return grow();
  auto known = static_cast<std::size_t>(size() - std::ranges::count(tokens_, 0u));
  std::size_t wanted = 1024;
  while (known * 2 >= wanted) wanted *= 2;
  slots_.assign(wanted, 0);
  used_ = 0;
  for (uint32_t id = 0; id < size(); ++id) {
    if (id + fetched_ahead < size())
      __builtin_prefetch(&slots_[slot_of(tokens_[id + fetched_ahead], wanted)], 1);
    if (tokens_[id] != 0) place(id);
  }
}

}  // namespace homeroom::flow
