#include "hub/record/json_string.hpp"

#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace homeroom::record {

char* write_escape(char* to, unsigned char letter) {
  *to++ = '\\';
  switch (letter) {
    case '\b':
      *to++ = 'b';
      return to;
    case '\f':
      *to++ = 'f';
      return to;
    case '\n':
      *to++ = 'n';
      return to;
    case '\r':
      *to++ = 'r';
      return to;
    case '\t':
      *to++ = 't';
      return to;
    default:
      break;
  }
  if (letter >= ' ') {
    *to++ = static_cast<char>(letter);
    return to;
  }
  static constexpr char hex[] = "0123456789abcdef";
  std::memcpy(to, "u00", 3);
  to[3] = hex[letter >> 4];
  to[4] = hex[letter & 15];
  return to + 5;
}

namespace {

constexpr std::size_t step = 16;

/// Copies sixteen bytes and gives a bit for each that needs an escape.
#if defined(__SSE2__)
uint32_t copy_step(char* to, const char* from) {
  const __m128i letters = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), letters);
  const __m128i below_blank = _mm_cmpeq_epi8(_mm_min_epu8(letters, _mm_set1_epi8(0x1f)), letters);
  const __m128i quote = _mm_cmpeq_epi8(letters, _mm_set1_epi8('"')),
                backslash = _mm_cmpeq_epi8(letters, _mm_set1_epi8('\\'));
  return static_cast<uint32_t>(
      _mm_movemask_epi8(_mm_or_si128(below_blank, _mm_or_si128(quote, backslash))));
}
#else
uint32_t copy_step(char* to, const char* from) {
  uint32_t special = 0;
  for (std::size_t i = 0; i < step; ++i) {
    auto letter = static_cast<unsigned char>(to[i] = from[i]);
    special |= static_cast<uint32_t>(letter < ' ' || letter == '"' || letter == '\\') << i;
  }
  return special;
}
#endif

/// The letters [from, end), which have `step` readable bytes behind them.
char* write_letters(char* to, const char* from, const char* end) {
  while (from < end) {
    auto left = static_cast<std::size_t>(end - from);
    uint32_t special = copy_step(to, from);
    if (left < step) special &= ~(~uint32_t{0} << left);
    auto plain = special       ? static_cast<std::size_t>(std::countr_zero(special))
                 : left < step ? left
                               : step;
    to += plain;
    from += plain;
    if (special) to = write_escape(to, static_cast<unsigned char>(*from++));
  }
  return to;
}

}  // namespace

char* write_json_string(char* to, const Text& text) {
  *to++ = '"';
  if (text.size <= Text::most_inline) {
    // A short text's letters end where the Text does; a copy has room behind.
    char letters[2 * step] = {};
    std::memcpy(letters, text.prefix, Text::most_inline);
    to = write_letters(to, letters, letters + text.size);
  } else {
    to = write_letters(to, text.far, text.far + text.size);
  }
  *to++ = '"';
  return to;
}

}  // namespace homeroom::record
