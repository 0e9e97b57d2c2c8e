// WaitingKeys: the shares a writer owes an answer for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace homeroom::plugin {

/// Keys that were put and wait for an answer. Answers come in the order of the puts from nearly
/// every plugin; the others are looked up.
class WaitingKeys {
 public:
  void add(std::string_view key) {
    text_.append(key);
    ends_.push_back(text_.size());
    is_waiting_.push_back(true);
  }
  /// False when the key does not wait.
  bool take(std::string_view key) {
    while (next_ < ends_.size() && !is_waiting_[next_]) ++next_;
    auto place = next_ < ends_.size() && at(next_) == key ? next_ : look_up(key);
    if (place == ends_.size() || !is_waiting_[place]) return false;
    is_waiting_[place] = false;
    return true;
  }
  template <class Visit>
  void each_waiting(Visit visit) {
    for (std::size_t place = 0; place < ends_.size(); ++place)
      if (is_waiting_[place]) visit(at(place));
    *this = {};
  }

 private:
  std::string_view at(std::size_t place) const {
    std::size_t from = place == 0 ? 0 : ends_[place - 1];
    return std::string_view(text_).substr(from, ends_[place] - from);
  }
  std::size_t look_up(std::string_view key) {
    for (auto place = places_.size(); place < ends_.size(); ++place)
      places_.emplace(at(place), place);
    auto found = places_.find(std::string(key));
    return found == places_.end() ? ends_.size() : found->second;
  }

  std::string text_;               ///< all keys, one after another
  std::vector<std::size_t> ends_;  ///< in text_, by place
  std::vector<bool> is_waiting_;
  std::size_t next_ = 0;  ///< every place before it was answered
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace homeroom::plugin
