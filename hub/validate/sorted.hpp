// Sorted: entries put in the order of their bytes. What does not fit into a part of the budget goes
// to a scratch file in sorted runs, which are merged; without one all stay in memory.
#pragma once

#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/scratch.hpp"

namespace homeroom::validate {

class Sorted {
 public:
  /// `scratch` may be null, else it outlives this.
  explicit Sorted(record::Scratch* scratch = nullptr);
  ~Sorted();
  Sorted(Sorted&& other) noexcept;
  Sorted& operator=(Sorted&& other) noexcept;

  /// Before sort().
  void add(std::string_view entry);
  /// No more come; once, before the first begin().
  void sort();
  uint64_t size() const { return size_; }

  /// Goes over the entries as often as it is copied; one piece of them is in memory.
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = std::string_view;
    using difference_type = std::ptrdiff_t;
    using pointer = const std::string_view*;
    using reference = std::string_view;

    Iterator() = default;
    /// The entry, until the next step.
    std::string_view operator*() const { return entry_; }
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return number_ == other.number_; }

   private:
    friend class Sorted;
    Iterator(const Sorted& of, uint64_t number);
    void read();

    const Sorted* of_ = nullptr;
    uint64_t number_ = 0;  ///< of the entry
    std::size_t next_piece_ = 0;
    std::shared_ptr<const std::string> piece_;
    const char* at_ = nullptr;
    std::string_view entry_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size_}; }

 private:
  using Run = std::vector<uint64_t>;  ///< pieces
  class Reader;
  class Writer;

  bool is_full() const;
  void put_aside();
  /// Offsets of the entries in `filling_`, in their order.
  void order_starts();
  Run merged(std::vector<Run> runs);
  void forget();

  record::Scratch* scratch_;
  uint64_t room_;  ///< bytes in memory
  std::size_t piece_bytes_;
  std::string filling_;  ///< each entry after its size
  std::vector<uint64_t> starts_;
  std::vector<Run> runs_;
  std::shared_ptr<const std::string> in_memory_;  ///< sorted, where nothing was put aside
  uint64_t size_ = 0;
};

}  // namespace homeroom::validate
