// Glance: what eight bytes tell of a value, so that most values need not be read to be compared.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "hub/resolve/spelling.hpp"

namespace homeroom::resolve {

/// A short word or number as it is; of a longer text its size and which letters occur.
class Glance {
 public:
  enum class Form : uint8_t {
    word,    ///< up to seven bytes, as they are
    number,  ///< eight to fourteen digits
    text,    ///< size and letters
  };

  Glance() = default;
  explicit Glance(std::string_view text);

  Form form() const {
    return top() == of_text ? Form::text : top() < 8 ? Form::word : Form::number;
  }
  /// Bytes; of a text at most 2^24 - 1.
  uint32_t size() const {
    return top() == of_text ? static_cast<uint32_t>(bits_ >> 32) & 0xffffff : top() & 0x7f;
  }
  /// Only of a text.
  WordShape shape() const { return {static_cast<uint32_t>(bits_), size()}; }

  /// At most one edit lies between two words, or between two numbers; see edits().
  static bool is_one_slip(Glance a, Glance b) {
    auto step = a.form() == Form::word ? 8 : 4;
    auto p = a.bits_ & places;
    auto q = b.bits_ & places;
    auto apart = p ^ q;
    auto low = apart ? std::countr_zero(apart) / step * step : 0;
    auto letter = (uint64_t{1} << step) - 1;
    apart >>= low;
    if (a.top() == b.top()) {
      auto is_swap = ((p >> low ^ q >> (low + step)) & letter) == 0 &&
                     ((q >> low ^ p >> (low + step)) & letter) == 0;
      return (apart >> step == 0) | ((apart >> step >> step == 0) & is_swap);
    }
    if (a.top() < b.top()) std::swap(p, q);
    auto before = (uint64_t{1} << low) - 1;
    auto without = (p & before) | (p >> step & ~before);
    return (a.top() + 1 == b.top() || b.top() + 1 == a.top()) && without == q;
  }

 private:
  static constexpr uint32_t of_text = 0xff;
  static constexpr uint64_t places = ~uint64_t{0} >> 8;
  uint32_t top() const { return static_cast<uint32_t>(bits_ >> 56); }

  /// The highest byte is the size of a word, that of a number and 128, or of_text.
  uint64_t bits_ = 0;
};

}  // namespace homeroom::resolve
