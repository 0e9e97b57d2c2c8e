// TextSet: a set of texts with open addressing.
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
  /// Makes room for `count` texts.
  void reserve(std::size_t count);

  /// Adds a copy; false if it was there.
  bool add(const record::Text& text);
  bool has(const record::Text& text) const;
  /// hash_of() each of them, ascending.
  std::vector<uint64_t> hashes() const;

 private:
  struct Slot {
    uint64_t hash = 0;  ///< 0: free
    record::Text text;
  };
  Slot* free_slot_for(const record::Text& text);
  std::size_t slot_of(const record::Text& text, uint64_t hash) const;
  void resize(std::size_t slots);

  std::vector<Slot> slots_;
  std::deque<std::string> kept_;
  std::size_t size_ = 0;
};

}  // namespace homeroom::validate
