// EntryPage: the bytes of one page of small entries: each is the low bits of its number (a byte),
// its size (a number of variable length) and its own bytes; they stand in the order of their
// numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace homeroom::store {

/// Walks over the entries of a page. Throws Error with Next::fail for one that is cut short.
class EntryWalk {
 public:
  /// Begins at the entry that stands at `from`.
  explicit EntryWalk(std::string_view page, std::size_t from = 0)
      : page_(page), rest_(page.substr(from)) {}

  bool next() {
    if (rest_.empty()) return false;
    at_ = page_.size() - rest_.size();
    low_ = static_cast<unsigned char>(rest_[0]);
    // Most are so small that their size is one byte.
    auto size = rest_.size() > 1 ? static_cast<unsigned char>(rest_[1]) : 0u;
    if (size >= 0x80 || size + 2 > rest_.size()) return next_of_any_size();
    entry_ = {rest_.data() + 2, size};
    rest_.remove_prefix(size + 2);
    return true;
  }
  uint32_t low() const { return low_; }
  std::string_view entry() const { return entry_; }
  /// Where it begins and ends in the page.
  std::size_t at() const { return at_; }
  std::size_t end() const { return page_.size() - rest_.size(); }

 private:
  bool next_of_any_size();

  std::string_view page_, rest_, entry_;
  std::size_t at_ = 0;
  uint32_t low_ = 0;
};

class EntryPage {
 public:
  /// Takes bytes that were stored, and their memory; of a new page none.
  explicit EntryPage(std::string bytes = {});

  const std::string& bytes() const { return bytes_; }
  /// To change entries in place, none of which becomes longer or shorter.
  char* data() { return bytes_.data(); }
  /// Gives the memory back; the page is empty then.
  std::string take();

  /// Valid until the page is changed.
  std::optional<std::string_view> find(uint32_t low) const;
  void put(uint32_t low, std::string_view entry);
  /// Whether it was there.
  bool erase(uint32_t low);

 private:
  /// Where an entry stands, or would.
  struct Slot {
    std::size_t at = 0;
    std::size_t size = 0;  ///< of all of it; 0: it is not there
    std::string_view entry;
  };
  Slot slot_of(uint32_t low) const;

  std::string bytes_;
  int last_ = -1;  ///< no entry is behind this one; they mostly come in order
  /// What was looked for last, and where it stands or would: they are mostly asked for in order.
  mutable uint32_t sought_ = 0;
  mutable std::size_t sought_at_ = 0;
};

}  // namespace homeroom::store
