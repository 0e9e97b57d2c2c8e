// Spill: what a run made and needs again later, but not all at once in memory. Pieces are gathered
// into blocks; full blocks stay in memory while the run's budget lasts, the others are sealed into a
// file without a name, under keys that die with the run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/keys/keys.hpp"
#include "hub/world/files.hpp"

namespace homeroom::flow {

/// What of all that a run keeps for later may stay in memory: `limits: memory` of the workspace.
class MemoryBudget {
 public:
  static constexpr uint64_t usual = 32 << 20;

  /// 0: the usual size.
  explicit MemoryBudget(uint64_t bytes) : left_(bytes ? bytes : usual) {}
  /// Whether this much more may stay; then it counts.
  bool take(uint64_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }

 private:
  uint64_t left_;
};

class Spill {
 public:
  /// Where a piece is. A default place is that of nothing.
  struct Place {
    uint32_t block = 0;
    uint32_t at = 0;
    uint32_t size_and_one = 0;
    explicit operator bool() const { return size_and_one != 0; }
  };

  /// `folder`: on the disk of the store, where such a file may lie. `scope` tells the spills of one
  /// run apart.
  Spill(keys::KeyRing& keys, MemoryBudget& memory, std::filesystem::path folder, uint32_t scope);

  Place put(std::string_view piece);
  /// The piece, until the next call. Reading in the order of writing opens each block once.
  std::string_view get(const Place& place);

 private:
  struct Block {
    uint64_t at = 0;
    uint32_t size = 0;
    std::string kept;  ///< its pieces, if it stayed in memory
  };
  void end_block();

  keys::KeyRing& keys_;
  MemoryBudget& memory_;
  std::filesystem::path folder_;
  uint32_t scope_;
  std::optional<world::File> file_;  ///< made for the first block that is full
  std::vector<Block> blocks_;
  uint64_t end_ = 0;
  std::string filling_;
  std::string sealed_;
  std::string opened_;
  uint32_t opened_block_ = UINT32_MAX;
};

}  // namespace homeroom::flow
