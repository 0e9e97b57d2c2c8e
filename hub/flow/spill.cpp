#include "hub/flow/spill.hpp"

namespace homeroom::flow {

namespace {

constexpr std::size_t block_bytes = 128 << 10;

}  // namespace

Spill::Spill(keys::KeyRing& keys, MemoryBudget& memory, std::filesystem::path folder,
             uint32_t scope)
    : keys_(keys), memory_(memory), folder_(std::move(folder)), scope_(scope) {}

Spill::Place Spill::put(std::string_view piece) {
  if (filling_.size() >= block_bytes) end_block();
  Place place{static_cast<uint32_t>(blocks_.size()), static_cast<uint32_t>(filling_.size()),
              static_cast<uint32_t>(piece.size()) + 1};
  filling_.append(piece);
  return place;
}

void Spill::end_block() {
  if (memory_.take(filling_.size())) {
    blocks_.push_back({0, 0, filling_});
    filling_.clear();
    return;
  }
  if (!file_) file_ = world::nameless_file(folder_);
  keys_.seal(keys::Unit::spill, scope_, blocks_.size(), filling_, sealed_);
  world::write_at(*file_, end_, sealed_, folder_);
  blocks_.push_back({end_, static_cast<uint32_t>(sealed_.size()), {}});
  end_ += sealed_.size();
  filling_.clear();
}

std::string_view Spill::get(const Place& place) {
  if (!place) return {};
  if (place.block == blocks_.size())
    return std::string_view(filling_).substr(place.at, place.size_and_one - 1);
  const auto& block = blocks_[place.block];
  if (!block.kept.empty())
    return std::string_view(block.kept).substr(place.at, place.size_and_one - 1);
  if (place.block != opened_block_) {
    world::read_at(*file_, block.at, sealed_, block.size, folder_);
    keys_.open(keys::Unit::spill, scope_, place.block, sealed_, opened_);
    opened_block_ = place.block;
  }
  return std::string_view(opened_).substr(place.at, place.size_and_one - 1);
}

}  // namespace homeroom::flow
