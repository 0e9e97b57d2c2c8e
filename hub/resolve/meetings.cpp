#include "hub/resolve/meetings.hpp"

#include <algorithm>

namespace homeroom::resolve {

Meetings::Meetings(const Blocking& blocking, const Blocking::Piece& piece)
    : blocking_(blocking),
      key_(blocking.keys_[piece.key]),
      block_(piece.first),
      end_(piece.end),
      singles_each_(key_.earlier.size()),
      lists_each_(key_.is_list ? key_.at + 1 : 0),
      fetched_(key_.blocks[piece.first].first) {}

std::span<const Meetings::Pair> Meetings::next() {
  count_ = 0;
  while (count_ == 0 && (active_count_ > 0 || block_ < end_)) {
    if (active_count_ == 0) take_blocks();
    meet();
    if (key_.is_list) leave_to_lists();
    const auto* records = key_.members.data() + first_;
    for (auto& [a, b] : std::span(pairs_.data(), count_)) {
      auto one = records[a];
      auto other = records[b];
      a = std::min(one, other);
      b = std::max(one, other);
    }
  }
  return {pairs_.data(), count_};
}

namespace {

/// Of few, for which a call costs more than copying.
Blocking::Four* copy(const Blocking::Four* from, std::size_t count, Blocking::Four* into) {
  for (std::size_t i = 0; i < count; ++i) *into++ = from[i];
  return into;
}

}  // namespace

/// Whole blocks, but of a crowded one only some, as it may be as large as all records.
void Meetings::take_blocks() {
  const auto& crowded = key_.blocks[block_];
  first_ = crowded.first + inside_;
  step_ = 1;
  count_members_ = 0;
  hashes_.clear();
  if (crowded.is_crowded) {
    take_some_of(crowded);
  } else {
    do take_block(key_.blocks[block_++]);
    while (block_ < end_ && count_members_ < at_once && !key_.blocks[block_].is_crowded);
  }
  if (singles_each_ + lists_each_ > 0) take_hashes();
}

void Meetings::take_block(const Blocking::Block& block) {
  auto end = count_members_ + block.size;
  if (ends_.size() < end) ends_.resize(2 * end);
  if (active_.size() < end) active_.resize(2 * end);
  if (key_.is_list) hashes_.resize(end, block.hash);
  auto* ends = ends_.data();
  auto* active = active_.data() + active_count_;
  for (auto i = count_members_; i < end; ++i) {
    ends[i] = end;
    *active++ = i;
  }
  active_count_ += block.size - 1;
  count_members_ = end;
}

void Meetings::take_some_of(const Blocking::Block& block) {
  auto meeting = std::min(block.size - inside_, at_once);
  auto count = std::min(block.size - inside_, meeting + Blocking::neighbours);
  take_block({0, count, 0, true});
  for (uint32_t i = 0; i < count; ++i) ends_[i] = std::min(count, i + 1 + Blocking::neighbours);
  active_count_ = std::min(meeting, count - 1);
  inside_ += meeting;
  if (inside_ < block.size) return;
  inside_ = 0;
  ++block_;
}

void Meetings::take_hashes() {
  auto count = count_members_;
  if (singles_.size() < count * singles_each_) singles_.resize(2 * count * singles_each_);
  if (lists_.size() < count * lists_each_) lists_.resize(2 * count * lists_each_);
  const auto* records = key_.members.data() + first_;
  auto to_fetch = std::min<std::size_t>(first_ + count + ahead, key_.members.size());
  for (; fetched_ < to_fetch; ++fetched_) fetch(key_.members[fetched_]);
  auto* singles = singles_.data();
  for (uint32_t i = 0; i < count; ++i)
    singles = copy(blocking_.singles(records[i]), singles_each_, singles);
  auto* lists = lists_.data();
  for (uint32_t i = 0; i < count; ++i)
    lists = copy(blocking_.lists(records[i]), lists_each_, lists);
}

void Meetings::meet() {
  while (active_count_ > 0 && count_ < enough) {
    if (pairs_.size() < count_ + active_count_) pairs_.resize(2 * (count_ + active_count_));
    switch (singles_each_) {
      case 0:
        meet_next<0>();
        break;
      case 1:
        meet_next<1>();
        break;
      case 2:
        meet_next<2>();
        break;
      default:
        meet_next<any>();
    }
    ++step_;
  }
}

/// All members that have one so many steps ahead meet it: those who agree in no earlier key that is
/// no list are a pair. So many fours of hashes a member.
template <std::size_t given>
void Meetings::meet_next() {
  auto fours = given == any ? singles_each_ : given;
  const auto* singles = singles_.data();
  const auto* earlier = key_.earlier.data();
  const auto* ends = ends_.data();
  auto* active = active_.data();
  auto* pair = pairs_.data() + count_;
  auto step = step_;
  auto count = active_count_;
  uint32_t left = 0;
  for (uint32_t i = 0; i < count; ++i) {
    auto a = active[i];
    auto b = a + step;
    Four same{};
    for (std::size_t four = 0; four < fours; ++four) {
      auto x = singles[a * fours + four];
      auto y = singles[b * fours + four];
      same |= static_cast<Four>(x == y) & static_cast<Four>(x != Four{}) & earlier[four];
    }
    *pair = {a, b};
    pair += !is_any(same);
    active[left] = a;
    left += b + 1 < ends[a];
  }
  count_ = static_cast<std::size_t>(pair - pairs_.data());
  active_count_ = left;
}

/// Of these those that agree in no earlier list, and of the blocks of this key in which both stand
/// meet in the first.
void Meetings::leave_to_lists() {
  auto lists = lists_each_;
  std::size_t count = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    auto [a, b] = pairs_[i];
    const auto* x = lists_.data() + std::size_t{a} * lists;
    const auto* y = lists_.data() + std::size_t{b} * lists;
    Four earlier{};
    for (uint32_t key = 0; key < key_.at; ++key) earlier |= shared(x[key], y[key]);
    auto here = std::bit_cast<std::array<uint64_t, 2>>(shared(x[key_.at], y[key_.at]));
    auto slot = here[0] ? std::countr_zero(here[0]) / 32 : 2 + std::countr_zero(here[1]) / 32;
    auto hash = hashes_[a];
    pairs_[count] = {a, b};
    bool is_new = !is_any(earlier);
    count += is_new & ((hash == 0) | (x[key_.at][slot & 3] == hash));
  }
  count_ = count;
}

}  // namespace homeroom::resolve
