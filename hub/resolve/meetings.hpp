// Meetings: the pairs of records that meet in some blocks, each at the first key on which both
// agree and so only once, without a list of pairs that were met.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "hub/resolve/blocking.hpp"
#include "hub/resolve/comparer.hpp"

namespace homeroom::resolve {

/// Walks over the blocks of a piece, some at a time. No loop over a block of two or three records,
/// which ends where no processor can foresee: all records meet their next neighbour, then all that
/// have one the neighbour after the next, and so on.
class Meetings {
 public:
  /// Two records, the lower first.
  struct Pair {
    uint32_t a = 0;
    uint32_t b = 0;
  };

  Meetings(const Blocking& blocking, const Blocking::Piece& piece);
  /// More pairs; none: the piece is at its end. Valid until the next call.
  std::span<const Pair> next();

 private:
  using Four = Blocking::Four;
  static constexpr uint32_t at_once = 256;     ///< members, about
  static constexpr std::size_t enough = 4096;  ///< pairs
  static constexpr uint32_t ahead = 256;  ///< members that are fetched before those at hand meet

  void take_blocks();
  void take_block(const Blocking::Block& block);
  void take_some_of(const Blocking::Block& block);
  void take_hashes();
  void fetch(uint32_t record) const {
    if (singles_each_) __builtin_prefetch(blocking_.singles(record));
    if (lists_each_) __builtin_prefetch(blocking_.lists(record));
  }
  void meet();
  static constexpr std::size_t any = SIZE_MAX;
  template <std::size_t given>
  void meet_next();
  void leave_to_lists();

  const Blocking& blocking_;
  const Blocking::Key& key_;
  uint32_t block_;
  uint32_t end_;
  uint32_t inside_ = 0;  ///< members of the block that have met all: of a crowded block

  std::size_t singles_each_;
  std::size_t lists_each_;
  std::size_t fetched_;  ///< members of the key whose hashes are on their way from memory
  // Members at hand: so many of the key's, from this one on. They meet members behind them.
  uint32_t first_ = 0;
  uint32_t count_members_ = 0;
  std::vector<uint32_t> ends_;    ///< behind the last that a member meets
  std::vector<uint32_t> hashes_;  ///< of a member's block, 0 where it is crowded; only of lists
  std::vector<Four> singles_;     ///< by member, those of earlier keys
  std::vector<Four> lists_;       ///< by member, those of keys up to this one
  std::vector<uint32_t> active_;  ///< members that meet one more, the first `active_count_`
  uint32_t active_count_ = 0;
  uint32_t step_ = 1;  ///< to the member that they meet next
  std::vector<Pair> pairs_;
  std::size_t count_ = 0;
};

/// The rows of pairs; they are on their way from memory then.
inline void take_rows(const Records& records, std::span<const Meetings::Pair> pairs,
                      std::vector<RowPair>& into) {
  into.resize(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    into[i] = {records.row(pairs[i].a), records.row(pairs[i].b)};
    for (const auto* row : {into[i].a, into[i].b}) {
      __builtin_prefetch(row);
      __builtin_prefetch(row + records.width - 1);
    }
  }
}

/// The slots of `x` of which the value stands in `y` too.
inline Blocking::Four shared(Blocking::Four x, Blocking::Four y) {
  using Four = Blocking::Four;
  auto same = (x == y) | (x == __builtin_shufflevector(y, y, 1, 2, 3, 0)) |
              (x == __builtin_shufflevector(y, y, 2, 3, 0, 1)) |
              (x == __builtin_shufflevector(y, y, 3, 0, 1, 2));
  return std::bit_cast<Four>(same & (x != Four{}));
}

inline bool is_any(Blocking::Four bits) {
  auto halves = std::bit_cast<std::array<uint64_t, 2>>(bits);
  return (halves[0] | halves[1]) != 0;
}

}  // namespace homeroom::resolve
