#include "hub/flow/run_memory.hpp"

#include <algorithm>

namespace homeroom::flow {

namespace {

constexpr std::size_t blocks_in_chunk = 16;

}  // namespace

RunMemory::Block RunMemory::need(std::size_t size) {
  size = std::max(size, block_bytes);
  make_room(size);
  return give(size);
}

std::optional<RunMemory::Block> RunMemory::keep() {
  if (used_ + block_bytes > budget_) return std::nullopt;
  return give(block_bytes);
}

RunMemory::Block RunMemory::give(std::size_t size) {
  Block block;
  if (size > block_bytes) {
    block.data_ = new char[size];
  } else {
    if (free_.empty() && empty_.empty()) {
      auto* chunk = chunks_.emplace_back(blocks_in_chunk * block_bytes).data();
      for (std::size_t i = blocks_in_chunk; i > 0; --i)
        empty_.push_back(chunk + (i - 1) * block_bytes);
    }
    auto& from = free_.empty() ? empty_ : free_;
    block.data_ = from.back();
    if (&from == &empty_) world::Pages::take(block.data_, block_bytes);
    from.pop_back();
  }
  block.owner_ = this;
  block.size_ = size;
  used_ += size;
  return block;
}

void RunMemory::give_back(Block& block) {
  used_ -= block.size_;
  if (block.size_ > block_bytes) {
    delete[] block.data_;
  } else if (used_ + (free_.size() + 1) * block_bytes <= budget_) {
    free_.push_back(block.data_);
  } else {
    world::Pages::let_go(block.data_, block_bytes);
    empty_.push_back(block.data_);
  }
}

void RunMemory::make_room(std::size_t size) {
  for (auto* keeper : keepers_)
    while (used_ + size > budget_)
      if (!keeper->give_way()) break;
}

}  // namespace homeroom::flow
