#include "hub/resolve/block_keys.hpp"

#include <utility>

namespace homeroom::resolve {

BlockKeys::BlockKeys(const Records& records, const Identity& identity, Keyed keyed)
    : records_(records),
      keyed_(std::move(keyed)),
      most_(identity.most_in_block),
      maker_(records, identity.nicknames) {
  for (const auto& by : identity.split) split_.push_back(maker_.make(by));
  for (const auto& block : identity.blocks) {
    std::vector<const KeyPart*> of_key;
    for (const auto& part : block.parts)
      of_key.push_back(parts_.emplace_back(std::make_unique<KeyPart>(maker_.make(part))).get());
    keys_.push_back({block.name, KeyHashes(records, std::move(of_key))});
  }
}

void BlockKeys::extend(uint32_t first) {
  for (auto& part : parts_) maker_.extend(*part, first);
  for (auto& part : split_) maker_.extend(part, first);
}

}  // namespace homeroom::resolve
