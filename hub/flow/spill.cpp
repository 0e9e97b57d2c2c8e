#include "hub/flow/spill.hpp"

#include <algorithm>
#include <cstring>

#include "homeroom/error.hpp"
#include "hub/keys/keys.hpp"
#include "hub/record/text.hpp"

namespace homeroom::flow {

Spill::Spill(keys::KeyRing& keys, RunMemory& memory, std::filesystem::path folder, uint32_t scope)
    : keys_(keys), memory_(memory), folder_(std::move(folder)), scope_(scope) {
  memory_.add(*this);
}

Spill::~Spill() {
  memory_.remove(*this);
}

Spill::Place Spill::put(std::string_view piece) {
  auto size = piece.size() + record::readable_behind;
  if (!filling_ || size > filling_.size() - filled_) begin_block(size);
  Place place{static_cast<uint32_t>(blocks_.size()), static_cast<uint32_t>(filled_),
              static_cast<uint32_t>(piece.size()) + 1};
  if (!piece.empty()) std::memcpy(filling_.data() + filled_, piece.data(), piece.size());
  filled_ += piece.size();
  return place;
}

/// The full block stays in memory if another one can be had beside it; else it is filled again.
void Spill::begin_block(std::size_t size) {
  bool is_usual = size <= RunMemory::block_bytes;
  if (filling_) {
    auto next = is_usual ? memory_.keep() : std::nullopt;
    Block full;
    if (next) {
      full.kept = std::exchange(filling_, std::move(*next));
      full.size = filled_;
    } else {
      write(full, blocks_.size(), {filling_.data(), filled_});
    }
    blocks_.push_back(std::move(full));
    if (next) kept_until_ = blocks_.size();
  }
  filled_ = 0;
  if (!filling_ || filling_.size() < size) filling_ = memory_.need(size);
}

void Spill::write(Block& block, std::size_t number, std::string_view pieces) {
  if (!file_) file_ = world::nameless_file(folder_);
  keys_.seal(keys::Unit::spill, scope_, number, pieces, sealed_);
  world::write_at(*file_, end_, sealed_, folder_);
  block.at = end_;
  block.size = sealed_.size();
  end_ += sealed_.size();
}

/// The last block in memory goes: it will be asked for last. Whoever needs memory just then, a
/// source that is being read for one, has no part in what goes wrong here, and the night cannot go
/// on without what was to be written: so it always ends the run.
bool Spill::give_way() {
  if (is_held_) return false;
  while (kept_until_ > 0 && !blocks_[kept_until_ - 1].kept) --kept_until_;
  if (kept_until_ == 0) return false;
  auto& block = blocks_[kept_until_ - 1];
  try {
    write(block, kept_until_ - 1, {block.kept.data(), block.size});
  } catch (const Error& error) {
    throw Error(Next::fail, error.what());
  }
  --kept_until_;
  RunMemory::Block given = std::move(block.kept);
  return true;
}

void Spill::let_go_before(const Place& place) {
  for (; first_ < place.block; ++first_) RunMemory::Block(std::move(blocks_[first_].kept));
}

void Spill::hold() {
  is_held_ = true;
  for (auto number = first_; number < blocks_.size(); ++number) {
    auto& block = blocks_[number];
    if (block.kept) continue;
    open(static_cast<uint32_t>(number));
    block.kept = memory_.need(opened_.size());
    block.size = opened_.size() - record::readable_behind;
    std::memcpy(block.kept.data(), opened_.data(), opened_.size());
  }
}

void Spill::open(uint32_t number) {
  if (number == opened_block_) return;
  const auto& block = blocks_[number];
  opened_block_ = UINT32_MAX;
  world::read_at(*file_, block.at, sealed_, block.size, folder_);
  keys_.open(keys::Unit::spill, scope_, number, sealed_, opened_);
  opened_.append(record::readable_behind, '\0');
  opened_block_ = number;
}

std::string_view Spill::get(const Place& place) {
  if (!place) return {};
  auto size = place.size_and_one - 1;
  if (place.block == blocks_.size()) return {filling_.data() + place.at, size};
  const auto& block = blocks_[place.block];
  if (block.kept) return {block.kept.data() + place.at, size};
  open(place.block);
  return std::string_view(opened_).substr(place.at, size);
}

}  // namespace homeroom::flow
