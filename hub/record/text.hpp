// Text: a 16-byte view of UTF-8 bytes. Up to 12 bytes lie inside the view itself, so that
// comparing, trimming and looking up short texts touches no other memory. It equals Arrow's
// utf8-view but for a pointer in place of (buffer index, offset). A Text owns nothing.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace homeroom::record {

/// Every buffer that texts point into has this many readable bytes behind its last text.
inline constexpr std::size_t readable_behind = 16;

struct alignas(16) Text {
  uint32_t size = 0;
  char prefix[4] = {};
  union {
    char rest[8] = {};
    const char* far;
  };

  static constexpr uint32_t most_inline = 12;

  const char* data() const { return size <= most_inline ? prefix : far; }
  std::string_view view() const { return {data(), size}; }
  bool empty() const { return size == 0; }
};
static_assert(sizeof(Text) == 16);

/// A view of `size` bytes at `bytes`, which must live as long as the Text when size > 12.
inline Text text(const char* bytes, uint32_t size) {
  Text made;
  made.size = size;
  if (size <= Text::most_inline) {
    std::memcpy(made.prefix, bytes, size);
  } else {
    std::memcpy(made.prefix, bytes, 4);
    made.far = bytes;
  }
  return made;
}
/// The same for bytes inside a buffer with `readable_behind`: reads beyond the text, needs no call.
inline Text text_in_buffer(const char* bytes, uint32_t size) {
  Text made;
  made.size = size;
  if (size <= Text::most_inline) {
    uint64_t words[2];
    std::memcpy(words, bytes, sizeof words);
    static constexpr uint64_t all = ~uint64_t{0};
    words[0] &= size >= 8 ? all : ~(all << (size * 8));
    words[1] &= size <= 8 ? 0 : ~(all << ((size - 8) * 8));
    std::memcpy(made.prefix, words, 4);
    uint64_t rest = words[0] >> 32 | words[1] << 32;
    std::memcpy(made.rest, &rest, 8);
  } else {
    std::memcpy(made.prefix, bytes, 4);
    made.far = bytes;
  }
  return made;
}
inline Text text(std::string_view bytes) {
  if (bytes.empty()) return {};  // an empty view may point nowhere
  return text(bytes.data(), static_cast<uint32_t>(bytes.size()));
}

inline bool operator==(const Text& a, const Text& b) {
  uint64_t a_words[2];
  uint64_t b_words[2];
  std::memcpy(a_words, &a, 16);
  std::memcpy(b_words, &b, 16);
  if (a_words[0] != b_words[0]) return false;  // sizes or first four bytes differ
  if (a_words[1] == b_words[1]) return true;
  return a.size > Text::most_inline && std::memcmp(a.far, b.far, a.size) == 0;
}

}  // namespace homeroom::record
