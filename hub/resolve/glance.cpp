#include "hub/resolve/glance.hpp"

#include <algorithm>

namespace homeroom::resolve {

Glance::Glance(std::string_view text) {
  constexpr std::size_t longest_word = 7;
  constexpr std::size_t longest_number = 14;
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  uint64_t size = text.size();
  if (size <= longest_word && text.find('\0') == std::string_view::npos) {
    for (auto i = size; i-- > 0;) bits_ = bits_ << 8 | static_cast<unsigned char>(text[i]);
    bits_ |= size << 56;
  } else if (size > longest_word && size <= longest_number && std::ranges::all_of(text, is_digit)) {
    for (auto i = size; i-- > 0;) bits_ = bits_ << 4 | static_cast<uint64_t>(text[i] - '0' + 1);
    bits_ |= (0x80 | size) << 56;
  } else {
    bits_ = uint64_t{of_text} << 56 | std::min<uint64_t>(size, 0xffffff) << 32 | letter_set(text);
  }
}

}  // namespace homeroom::resolve
