#include "hub/resolve/student_index.hpp"

#include <utility>

namespace homeroom::resolve {

StudentIndex::StudentIndex(const Records& records, const Identity& identity)
    : records_(records), maker_(records, identity.nicknames) {
  for (const auto& by : identity.split) split_.push_back(maker_.make(by));
  for (const auto& block : identity.blocks) {
    std::vector<const KeyPart*> of_key;
    for (const auto& part : block.parts)
      of_key.push_back(parts_.emplace_back(std::make_unique<KeyPart>(maker_.make(part))).get());
    keys_.push_back({KeyHashes(records, std::move(of_key)), {}});
    index(keys_.back(), block, identity.most_in_block);
  }
}

void StudentIndex::index(Key& key, const BlockKey& from, uint32_t most) {
  auto* level = &key.levels.emplace_back();
  for (uint32_t student = 0; student < records_.count; ++student) {
    uint64_t hashes[KeyHashes::most];
    auto count = key.hashes.of(student, hashes);
    for (uint32_t i = 0; i < count; ++i) level->add(hashes[i], student);
  }
  auto crowd = level->finish(most);
  for (std::size_t by = 0; by < split_.size() && !crowd.empty(); ++by) {
    level = &key.levels.emplace_back();
    for (const auto& [hash, student] : crowd) level->add(parted(hash, by, student), student);
    crowd = level->finish(most);
  }
  if (!crowd.empty()) crowded_.push_back({from.name, crowd.size()});
}

void StudentIndex::extend(uint32_t first) {
  for (auto& part : parts_) maker_.extend(*part, first);
  for (auto& part : split_) maker_.extend(part, first);
}

}  // namespace homeroom::resolve
