// ByNumber: something about some of the nodes of a source, or of the persons. Where it is known of
// most of them it lies by number; a night of changes knows it of few among millions, and finds
// those by their hash.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace homeroom::flow {

template <class Value>
class ByNumber {
 public:
  /// `none` is what stands where nothing is known.
  explicit ByNumber(Value none = {}) : none_(none) {}

  /// From here on few are told. Before the first.
  void expect_few() { are_few_ = true; }
  /// All below `end` may be told.
  void expect(uint32_t end) {
    if (!are_few_ && end > all_.size()) all_.resize(end, none_);
  }
  const Value& find(uint32_t number) const {
    if (!are_few_) return number < all_.size() ? all_[number] : none_;
    auto found = few_.find(number);
    return found == few_.end() ? none_ : found->second;
  }
  /// Where nothing was known, it says none until something is put there.
  Value& operator[](uint32_t number) {
    if (are_few_) return few_.try_emplace(number, none_).first->second;
    expect(number + 1);
    return all_[number];
  }

 private:
  Value none_;
  bool are_few_ = false;
  std::vector<Value> all_;
  std::unordered_map<uint32_t, Value> few_;
};

}  // namespace homeroom::flow
