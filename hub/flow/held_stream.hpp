// HeldStream: all rows of one stream in memory, a column behind the other.
#pragma once

#include <cstdlib>
#include <memory>
#include <vector>

#include "hub/map/map.hpp"

namespace homeroom::flow {

class HeldStream {
 public:
  explicit HeldStream(std::size_t columns) : columns_(columns) {}
  /// Copies the rows.
  void add(const map::StreamRows& rows);
  uint32_t count() const { return rows_; }
  /// What they take in memory.
  std::size_t bytes() const {
    return rows_ * (columns_.size() * (sizeof(record::Text) + 1) + sizeof(uint32_t)) +
           arena_.bytes();
  }
  /// Views of what is held, valid until the next add().
  map::StreamRows rows() const;

 private:
  /// Grows by realloc(), which moves pages instead of copying them.
  template <class T>
  class Growing {
   public:
    T* more(std::size_t count) {
      if (size_ + count > room_) {
        room_ = 2 * (size_ + count);
        auto* grown = static_cast<T*>(std::realloc(values_.release(), room_ * sizeof(T)));
        if (!grown) throw std::bad_alloc();
        values_.reset(grown);
      }
      auto* from = values_.get() + size_;
      size_ += count;
      return from;
    }
    const T* begin() const { return values_.get(); }

   private:
    struct Free {
      void operator()(T* values) const { std::free(values); }
    };
    std::unique_ptr<T, Free> values_;
    std::size_t size_ = 0;
    std::size_t room_ = 0;
  };
  struct Column {
    Growing<record::Text> texts;
    Growing<uint8_t> valid;
  };

  std::vector<Column> columns_;
  std::vector<uint32_t> lines_;
  uint32_t rows_ = 0;
  record::Arena arena_;
};

/// The rows with their texts in `arena`, where they stay when the reader goes on.
map::StreamRows kept(const map::StreamRows& rows, record::Arena& arena);

}  // namespace homeroom::flow
