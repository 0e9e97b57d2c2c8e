// TextSet: a set of texts with open addressing that keeps its own copy of long ones.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "hub/record/text.hpp"

namespace homeroom::validate {

uint64_t hash_of(const record::Text& text);

class TextSet {
 public:
  bool empty() const { return size_ == 0; }

  /// Adds a copy; false if it was there.
  bool add(const record::Text& text);
  bool has(const record::Text& text) const;

 private:
  struct Slot {
    uint64_t hash = 0;  ///< 0: free
    record::Text text;
  };
  std::size_t slot_of(const record::Text& text, uint64_t hash) const;
  void grow();

  std::vector<Slot> slots_;
  std::deque<std::string> kept_;
  std::size_t size_ = 0;
};

}  // namespace homeroom::validate
