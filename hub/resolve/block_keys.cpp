#include "hub/resolve/block_keys.hpp"

#include <utility>

namespace homeroom::resolve {

BlockKeys::BlockKeys(const Records& records, const Identity& identity, Keyed keyed)
    : records_(records),
      keyed_(std::move(keyed)),
      most_(identity.most_in_block),
      maker_(records, identity.nicknames) {
  for (const auto& by : identity.split) split_.push_back(part(by));
  for (const auto& block : identity.blocks) {
    std::vector<const KeyPart*> of_key;
    for (const auto& by : block.parts) of_key.push_back(part(by));
    keys_.push_back({block.name, KeyHashes(records, std::move(of_key))});
  }
}

/// Keys have most of their parts in common.
const KeyPart* BlockKeys::part(const Expression& by) {
  auto& part = parts_[by.text];
  if (!part) part = std::make_unique<KeyPart>(maker_.make(by));
  return part.get();
}

void BlockKeys::extend(uint32_t first) {
  for (auto& [text, part] : parts_) maker_.extend(*part, first);
}

}  // namespace homeroom::resolve
