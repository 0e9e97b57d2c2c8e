// LookedUp: rows by number, as the store has them. A night asks for few of them, and finds each
// where it lies; where much is asked for, all are brought in and stand side by side.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hub/flow/few.hpp"

namespace homeroom::flow {

template <class Row>
class LookedUp {
 public:
  struct From {
    std::function<std::optional<Row>(uint32_t number)> one;
    std::function<void(const std::function<void(uint32_t number, const Row& row)>& take)> all;
    std::function<Row(uint32_t number)> none = [](uint32_t) { return Row{}; };  ///< where none is
  };

  /// Numbers from 0 to `size`; where nothing is stored stands what `from.none` says.
  LookedUp(uint32_t size, From from) : size_(size), from_(std::move(from)) {}

  uint32_t size() const { return size_; }
  /// Changed by who asked for it, it stays so. Valid until bring_all(), expect() or add().
  Row& operator[](uint32_t number) { return look_up(number); }
  const Row& operator[](uint32_t number) const { return look_up(number); }
  /// One more, behind all others.
  uint32_t add(Row row) {
    if (is_whole_)
      all_.push_back(std::move(row));
    else
      few_.insert_or_assign(size_, std::move(row));
    return size_++;
  }

  bool is_whole() const { return is_whole_; }
  /// So many will be asked for.
  void expect(std::size_t many) const {
    if (!are_few(many, size_)) bring_all();
  }
  void bring_all() const {
    if (std::exchange(is_whole_, true)) return;
    all_.reserve(size_);
    for (uint32_t number = 0; number < size_; ++number) all_.push_back(from_.none(number));
    from_.all([&](uint32_t number, const Row& row) {
      if (number < size_) all_[number] = row;
    });
    for (auto& [number, row] : few_) all_[number] = std::move(row);
    few_.clear();
  }

 private:
  Row& look_up(uint32_t number) const {
    if (is_whole_) return all_[number];
    auto known = few_.find(number);
    if (known == few_.end()) {
      auto found = from_.one(number);
      known = few_.emplace(number, found ? std::move(*found) : from_.none(number)).first;
    }
    return known->second;
  }

  uint32_t size_;
  From from_;
  mutable bool is_whole_ = false;
  mutable std::vector<Row> all_;
  mutable std::unordered_map<uint32_t, Row> few_;  ///< unless is_whole_
};

}  // namespace homeroom::flow
