// Spill: what a run made and needs again later, but not all at once in memory. Pieces are gathered
// into blocks; full blocks stay in memory while the run's budget lasts, the others are sealed into
// a file without a name, under keys that die with the run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/flow/names.hpp"
#include "hub/flow/run_memory.hpp"
#include "hub/world/files.hpp"

namespace homeroom::flow {

class Spill final : RunMemory::Keeper {
 public:
  /// Where a piece is. A default place is that of nothing.
  struct Place {
    uint32_t block = 0;
    uint32_t at = 0;
    uint32_t size_and_one = 0;
    explicit operator bool() const { return size_and_one != 0; }
  };

  // Scopes tell the spills of one run apart. Those of sources in the order of the persons have the
  // source's number.
  static constexpr uint32_t mapped_scopes = 1u << 30;  ///< and number: a source's, as it is mapped
  static constexpr uint32_t body_scopes = 1u << 31;    ///< and index: a destination's

  /// `folder`: on the disk of the store, where such a file may lie.
  Spill(keys::KeyRing& keys, RunMemory& memory, std::filesystem::path folder, uint32_t scope);
  ~Spill();
  Spill(const Spill&) = delete;
  Spill& operator=(const Spill&) = delete;

  Place put(std::string_view piece);
  /// The piece, until the next call or until somebody needs memory; like a row, it has
  /// `readable_behind` bytes behind it. Reading in the order of writing opens each block once.
  std::string_view get(const Place& place);
  /// Lets go of all blocks in front of this piece's: nobody may get() a piece of them any more.
  void let_go_before(const Place& place);
  /// Brings all pieces into memory, where they stay: from here on they are asked for in any order.
  void hold();
  bool has(const Place& place) const { return place && place.block >= first_; }

 private:
  struct Block {
    RunMemory::Block kept;  ///< its pieces, if it stayed in memory
    uint64_t at = 0;        ///< else where it is in the file
    uint64_t size = 0;      ///< of its pieces or, in the file, sealed
  };
  bool give_way() override;
  void begin_block(std::size_t size);
  void write(Block& block, std::size_t number, std::string_view pieces);
  void open(uint32_t number);

  keys::KeyRing& keys_;
  RunMemory& memory_;
  std::filesystem::path folder_;
  uint32_t scope_;
  std::optional<world::File> file_;  ///< made for the first block that does not stay
  std::vector<Block> blocks_;
  std::size_t first_ = 0;       ///< blocks in front of this one are gone
  std::size_t kept_until_ = 0;  ///< no block from here on is in memory
  bool is_held_ = false;
  uint64_t end_ = 0;
  RunMemory::Block filling_;
  std::size_t filled_ = 0;
  std::string sealed_;
  std::string opened_;
  uint32_t opened_block_ = UINT32_MAX;  ///< none
};

}  // namespace homeroom::flow
