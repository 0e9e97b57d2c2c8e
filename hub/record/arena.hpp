// Arena: memory that is given back all at once. reset() keeps the blocks for the next batch.
// Everything it hands out is 16-byte aligned and has `readable_behind` bytes behind it.
#pragma once

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

class Arena {
 public:
  /// `most_bytes`: beyond it take() throws ArenaIsFull; 0 is no bound.
  explicit Arena(std::size_t block_bytes = 256 << 10, std::size_t most_bytes = 0)
      : block_bytes_(block_bytes), most_bytes_(most_bytes) {}
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

  /// What it holds, used or not.
  std::size_t bytes() const { return bytes_; }

  void reset() {
    at_ = 0;
    used_ = 0;
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
      if (most_bytes_ > 0 && bytes_ + room > most_bytes_) throw ArenaIsFull();
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
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
};

}  // namespace homeroom::record
