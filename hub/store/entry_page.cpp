#include "hub/store/entry_page.hpp"

#include <algorithm>
#include <utility>

#include "homeroom/error.hpp"
#include "hub/record/varint.hpp"

namespace homeroom::store {

bool EntryWalk::next_of_any_size() {
  rest_.remove_prefix(1);
  uint64_t size = 0;
  if (!record::take_number(rest_, size) || size > rest_.size())
    throw Error(Next::fail,
                "a page of entries is cut short; restore the store from the last backup");
  entry_ = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return true;
}

EntryPage::EntryPage(std::string bytes) : bytes_(std::move(bytes)) {
  for (EntryWalk walk(bytes_); walk.next();) last_ = static_cast<int>(walk.low());
}

std::string EntryPage::take() {
  last_ = -1;
  sought_ = 0;
  sought_at_ = 0;
  return std::exchange(bytes_, {});
}

EntryPage::Slot EntryPage::slot_of(uint32_t low) const {
  Slot behind{bytes_.size(), 0, {}};
  if (static_cast<int>(low) > last_) return behind;
  // What changes an entry looks for it first, so nothing in front of the place moves.
  for (EntryWalk walk(bytes_, low < sought_ ? 0 : sought_at_); walk.next();) {
    if (walk.low() < low) continue;
    sought_ = low;
    sought_at_ = walk.at();
    if (walk.low() > low) return {walk.at(), 0, {}};
    return {walk.at(), walk.end() - walk.at(), walk.entry()};
  }
  return behind;
}

std::optional<std::string_view> EntryPage::find(uint32_t low) const {
  auto slot = slot_of(low);
  if (slot.size == 0) return std::nullopt;
  return slot.entry;
}

void EntryPage::put(uint32_t low, std::string_view entry) {
  std::string head(1, static_cast<char>(low));
  record::append_number(head, entry.size());
  auto slot = slot_of(low);
  if (slot.at == bytes_.size())
    bytes_.append(head).append(entry);
  else
    bytes_.replace(slot.at, slot.size, head.append(entry));
  last_ = std::max(last_, static_cast<int>(low));
}

bool EntryPage::erase(uint32_t low) {
  auto slot = slot_of(low);
  bytes_.erase(slot.at, slot.size);
  return slot.size > 0;
}

}  // namespace homeroom::store
