#include "hub/validate/text_set.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace homeroom::validate {

namespace {

uint64_t mixed(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ull;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebull;
  return value ^ (value >> 31);
}

}  // namespace

uint64_t hash_of(const record::Text& text) {
  auto bytes = text.view();
  uint64_t hash = 0x9e3779b97f4a7c15ull ^ bytes.size();
  while (bytes.size() >= 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    hash = mixed(hash ^ word);
    bytes.remove_prefix(8);
  }
  uint64_t word = 0;
  std::memcpy(&word, bytes.data(), bytes.size());
  return mixed(hash ^ word) | 1;
}

std::size_t TextSet::slot_of(const record::Text& text, uint64_t hash) const {
  auto mask = slots_.size() - 1;
  auto at = hash & mask;
  while (slots_[at].hash && !(slots_[at].hash == hash && slots_[at].text == text))
    at = (at + 1) & mask;
  return at;
}

bool TextSet::has(const record::Text& text) const {
  return size_ && slots_[slot_of(text, hash_of(text))].hash;
}

std::vector<uint64_t> TextSet::hashes() const {
  std::vector<uint64_t> all;
  all.reserve(size_);
  for (const auto& slot : slots_)
    if (slot.hash) all.push_back(slot.hash);
  std::ranges::sort(all);
  return all;
}

/// The slot to fill, or nullptr if the text is there already.
TextSet::Slot* TextSet::free_slot_for(const record::Text& text) {
  if (2 * (size_ + 1) > slots_.size()) resize(slots_.empty() ? 16 : 2 * slots_.size());
  auto hash = hash_of(text);
  auto& slot = slots_[slot_of(text, hash)];
  if (slot.hash) return nullptr;
  slot.hash = hash;
  ++size_;
  return &slot;
}

bool TextSet::add(const record::Text& text) {
  auto* slot = free_slot_for(text);
  if (!slot) return false;
  bool is_inline = text.size <= record::Text::most_inline;
  slot->text = is_inline ? text : record::text(kept_.emplace_back(text.view()));
  return true;
}

void TextSet::reserve(std::size_t count) {
  auto slots = std::bit_ceil(2 * count + 2);
  if (slots > slots_.size()) resize(slots);
}

void TextSet::resize(std::size_t slots) {
  std::vector<Slot> old(slots);
  old.swap(slots_);
  for (const auto& slot : old)
    if (slot.hash) slots_[slot_of(slot.text, slot.hash)] = slot;
}

}  // namespace homeroom::validate
