#include "hub/resolve/dictionary.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace homeroom::resolve {

uint64_t text_hash(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

Dictionary::Dictionary() : texts_(1), slots_(1024), mask_(1023) {}

uint32_t Dictionary::id_of(std::string_view text) {
  if (text.empty()) return 0;
  auto hash = text_hash(text);
  auto short_hash = static_cast<uint32_t>(hash >> 32);
  auto at = hash & mask_;
  for (; slots_[at].id; at = (at + 1) & mask_)
    if (slots_[at].hash == short_hash && texts_[slots_[at].id].view() == text) return slots_[at].id;
  auto id = size();
  texts_.push_back(bytes_.keep(text));
  slots_[at] = {id, short_hash};
  if (texts_.size() * 4 > slots_.size() * 3) grow();
  return id;
}

uint32_t Dictionary::find(std::string_view text) const {
  if (text.empty()) return 0;
  auto hash = text_hash(text);
  auto short_hash = static_cast<uint32_t>(hash >> 32);
  for (auto at = hash & mask_; slots_[at].id; at = (at + 1) & mask_)
    if (slots_[at].hash == short_hash && texts_[slots_[at].id].view() == text) return slots_[at].id;
  return 0;
}

Dictionary Dictionary::in_order(const std::vector<uint32_t>& ids) const {
  Dictionary made;
  made.slots_.resize(slots_.size());
  made.mask_ = mask_;
  made.texts_.reserve(ids.size() + 1);
  for (auto id : ids) made.id_of(text(id));
  return made;
}

void Dictionary::grow() {
  slots_.assign(slots_.size() * 2, {});
  mask_ = slots_.size() - 1;
  for (uint32_t id = 1; id < size(); ++id) {
    auto hash = text_hash(texts_[id].view());
    auto at = hash & mask_;
    while (slots_[at].id) at = (at + 1) & mask_;
    slots_[at] = {id, static_cast<uint32_t>(hash >> 32)};
  }
}

}  // namespace homeroom::resolve
