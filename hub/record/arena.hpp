// Arena: memory that is given back all at once. reset() keeps the blocks for the next batch.
// Everything it hands out is 16-byte aligned and has `readable_behind` bytes behind it.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <vector>

#include "hub/record/text.hpp"

namespace homeroom::record {

/// An arena was asked for more than it may hold.
struct ArenaIsFull : std::bad_alloc {
  const char* what() const noexcept override { return "an arena is full"; }
};

/// What several arenas may hold together, on any threads.
class Allowance {
 public:
  explicit Allowance(std::size_t bytes) : left_(bytes) {}
  /// Whether there was so much left; then it is taken.
  bool take(std::size_t bytes) {
    auto left = left_.load();
    while (bytes <= left)
      if (left_.compare_exchange_weak(left, left - bytes)) return true;
    return false;
  }

 private:
  std::atomic<std::size_t> left_;
};

/// 0 is no bound.
inline std::shared_ptr<Allowance> allowance(std::size_t bytes) {
  return bytes > 0 ? std::make_shared<Allowance>(bytes) : nullptr;
}

class Arena {
 public:
  /// Beyond its allowance take() throws ArenaIsFull; without one there is no bound.
  explicit Arena(std::size_t block_bytes = 256 << 10,
                 std::shared_ptr<Allowance> allowance = nullptr)
      : block_bytes_(block_bytes), allowance_(std::move(allowance)) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  /// `size` bytes, not initialised.
  char* take(std::size_t size) {
    size = (size + 15) & ~std::size_t{15};
    if (at_ < blocks_.size() && used_ + size <= blocks_[at_].size) {
      char* given = blocks_[at_].bytes.get() + used_;
      used_ += size;
      return given;
    }
    return take_from_next_block(size);
  }

  /// Room for `count` values of T, not initialised. T must be trivially destructible.
  template <class T>
  T* many(std::size_t count) {
    return reinterpret_cast<T*>(take(count * sizeof(T)));
  }

  /// The text with its bytes copied here (short texts carry theirs along).
  Text keep(const Text& text) {
    if (text.size <= Text::most_inline) return text;
    char* bytes = take(text.size);
    std::memcpy(bytes, text.far, text.size);
    return record::text(bytes, text.size);
  }
  Text keep(std::string_view bytes) { return keep(record::text(bytes)); }

  /// Whether these bytes lie in what it handed out since the last reset().
  bool holds(const char* bytes) const {
    for (std::size_t i = 0; i <= at_ && i < blocks_.size(); ++i)
      if (std::size_t(bytes - blocks_[i].bytes.get()) < blocks_[i].size) return true;
    return false;
  }

  /// What it holds, used or not.
  std::size_t bytes() const { return bytes_; }

  void reset() {
    at_ = 0;
    used_ = 0;
  }
  /// As reset(), and the blocks go; what was taken of an allowance stays taken.
  void forget() {
    reset();
    std::vector<Block>().swap(blocks_);
    bytes_ = 0;
  }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };

  char* take_from_next_block(std::size_t size) {
    for (++at_; at_ < blocks_.size() && size > blocks_[at_].size;) ++at_;
    if (blocks_.empty()) at_ = 0;
    if (at_ >= blocks_.size()) {
      std::size_t room = size > block_bytes_ ? size : block_bytes_;
      if (allowance_ && !allowance_->take(room)) throw ArenaIsFull();
      bytes_ += room;
      blocks_.push_back({std::unique_ptr<char[]>(new char[room + readable_behind]), room});
      at_ = blocks_.size() - 1;
    }
    used_ = size;
    return blocks_[at_].bytes.get();
  }

  std::vector<Block> blocks_;
  std::size_t at_ = 0;
  std::size_t used_ = 0;
  std::size_t block_bytes_;
  std::shared_ptr<Allowance> allowance_;
  std::size_t bytes_ = 0;
};

}  // namespace homeroom::record
