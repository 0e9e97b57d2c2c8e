// RunMemory: where all that grows with the district lies while a run works: source rows, what is
// made of them, and what waits for a later step. It is handed out in blocks, which are used again;
// what is free beyond the budget goes back to the system. What is needed now is always given; what
// waits stays in memory as far as the run's budget goes
// (`limits: memory` of the workspace) and gives way to what is needed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/world/pages.hpp"

namespace homeroom::flow {

class RunMemory {
 public:
  static constexpr uint64_t usual_budget = 160 << 20;
  static constexpr std::size_t block_bytes = 256 << 10;

  /// Memory that goes back when it goes out of scope; the RunMemory must outlive it.
  class Block {
   public:
    Block() = default;
    Block(Block&& other) noexcept { swap(other); }
    Block& operator=(Block&& other) noexcept {
      swap(other);
      return *this;
    }
    ~Block() {
      if (owner_) owner_->give_back(*this);
    }
    char* data() const { return data_; }
    std::size_t size() const { return size_; }
    explicit operator bool() const { return data_ != nullptr; }

   private:
    friend class RunMemory;
    void swap(Block& other) noexcept {
      std::swap(owner_, other.owner_);
      std::swap(data_, other.data_);
      std::swap(size_, other.size_);
    }
    RunMemory* owner_ = nullptr;
    char* data_ = nullptr;
    std::size_t size_ = 0;
  };

  /// Something that waits in memory and can wait elsewhere.
  class Keeper {
   public:
    /// Gives a block back; false when it has none.
    virtual bool give_way() = 0;

   protected:
    ~Keeper() = default;
  };

  /// 0: the usual budget.
  explicit RunMemory(uint64_t budget) : budget_(budget ? budget : usual_budget) {}
  RunMemory(const RunMemory&) = delete;
  RunMemory& operator=(const RunMemory&) = delete;

  /// A block of at least `size` bytes, mostly of block_bytes; keepers may have to give way for it.
  Block need(std::size_t size = block_bytes);
  /// A block of block_bytes, if the budget allows one more.
  std::optional<Block> keep();

  void add(Keeper& keeper) { keepers_.push_back(&keeper); }
  void remove(Keeper& keeper) { std::erase(keepers_, &keeper); }

 private:
  Block give(std::size_t size);
  void give_back(Block& block);
  void make_room(std::size_t size);

  uint64_t budget_;
  uint64_t used_ = 0;
  std::vector<world::Pages> chunks_;  ///< of several blocks each
  std::vector<char*> free_;           ///< blocks of block_bytes that still have their memory
  std::vector<char*> empty_;          ///< the same without
  std::vector<Keeper*> keepers_;
};

}  // namespace homeroom::flow
