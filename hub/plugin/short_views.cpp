#include "hub/plugin/short_views.hpp"

#include <algorithm>
#include <cstring>

#if defined(__x86_64__) && defined(__SSE4_1__)
#include <immintrin.h>
#endif

namespace homeroom::plugin {
namespace {

using record::Text;

constexpr auto most_inline = static_cast<int32_t>(Text::most_inline);

bool is_short(const View& view) {
  return static_cast<uint32_t>(view.size) <= Text::most_inline;
}

uint32_t take_plainly(const View* from, const uint8_t* valid, uint32_t rows, Text* to,
                      uint64_t& bytes) {
  uint32_t row = 0;
  for (; row + 4 <= rows && std::all_of(from + row, from + row + 4, is_short); row += 4)
    for (uint32_t i = row; i < row + 4; ++i) {
      auto size = !valid || valid[i] ? static_cast<size_t>(from[i].size) : 0;
      View view{};
      if (size > 0) std::memcpy(&view, from + i, sizeof view.size + size);
      std::memcpy(static_cast<void*>(to + i), &view, sizeof view);
      bytes += size;
    }
  return row;
}

#if defined(__x86_64__) && defined(__SSE4_1__)

// A view's letters are compared with its size: those behind it become zero. The size's own bytes
// are always before it.
#define HR_LETTERS -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

// Sums and bounds look at the first of a view's four words alone.
#define HR_FIRST_WORD(there, elsewhere) there, elsewhere, elsewhere, elsewhere

uint32_t take_by_sse(const View* from, const uint8_t* valid, uint32_t rows, Text* to,
                     uint64_t& bytes) {
  const __m128i letter = _mm_setr_epi8(HR_LETTERS), spread = _mm_setzero_si128();
  const __m128i most = _mm_setr_epi32(HR_FIRST_WORD(most_inline, -1));
  __m128i sum = _mm_setzero_si128();
  auto view = [from](uint32_t i) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i));
  };
  auto put = [&](uint32_t i, const __m128i& one) {
    const __m128i is_text = _mm_cmpgt_epi8(_mm_shuffle_epi8(one, spread), letter);
    const __m128i there = _mm_set1_epi8(static_cast<char>(valid ? -valid[i] : -1));
    const __m128i text = _mm_and_si128(_mm_and_si128(one, is_text), there);
    _mm_store_si128(reinterpret_cast<__m128i*>(to + i), text);
    sum = _mm_add_epi32(sum, text);
  };
  uint32_t row = 0;
  for (; row + 4 <= rows; row += 4) {
    const __m128i a = view(row), b = view(row + 1), c = view(row + 2), d = view(row + 3);
    const __m128i longest = _mm_max_epu32(_mm_max_epu32(a, b), _mm_max_epu32(c, d));
    if (!_mm_test_all_ones(_mm_cmpeq_epi32(_mm_max_epu32(longest, most), most))) break;
    put(row, a);
    put(row + 1, b);
    put(row + 2, c);
    put(row + 3, d);
  }
  bytes += static_cast<uint32_t>(_mm_cvtsi128_si32(sum));
  return row;
}

// Two views a register.
[[gnu::target("avx2")]] uint32_t take_by_avx2(const View* from, const uint8_t* valid, uint32_t rows,
                                              Text* to, uint64_t& bytes) {
  const __m256i letter = _mm256_setr_epi8(HR_LETTERS, HR_LETTERS), spread = _mm256_setzero_si256();
  const __m256i most =
      _mm256_setr_epi32(HR_FIRST_WORD(most_inline, -1), HR_FIRST_WORD(most_inline, -1));
  // Which of four bytes of validity stands for which view.
  const __m256i first_two = _mm256_setr_epi64x(0, 0, 0x0101010101010101, 0x0101010101010101);
  const __m256i last_two = _mm256_add_epi8(first_two, _mm256_set1_epi8(2));
  __m256i sum = _mm256_setzero_si256();
  uint32_t row = 0;
  for (; row + 4 <= rows; row += 4) {
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + row));
    const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + row + 2));
    const __m256i longest = _mm256_max_epu32(_mm256_max_epu32(a, b), most);
    if (_mm256_movemask_epi8(_mm256_cmpeq_epi32(longest, most)) != -1) break;
    __m256i text_a = _mm256_and_si256(a, _mm256_cmpgt_epi8(_mm256_shuffle_epi8(a, spread), letter));
    __m256i text_b = _mm256_and_si256(b, _mm256_cmpgt_epi8(_mm256_shuffle_epi8(b, spread), letter));
    if (valid) {
      int32_t four;
      std::memcpy(&four, valid + row, sizeof four);
      const __m256i there = _mm256_sub_epi8(spread, _mm256_set1_epi32(four));
      text_a = _mm256_and_si256(text_a, _mm256_shuffle_epi8(there, first_two));
      text_b = _mm256_and_si256(text_b, _mm256_shuffle_epi8(there, last_two));
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + row), text_a);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + row + 2), text_b);
    sum = _mm256_add_epi32(sum, _mm256_add_epi32(text_a, text_b));
  }
  bytes += static_cast<uint32_t>(_mm256_extract_epi32(sum, 0)) +
           static_cast<uint32_t>(_mm256_extract_epi32(sum, 4));
  return row;
}

#undef HR_LETTERS
#undef HR_FIRST_WORD

#endif

}  // namespace

TakeShortWays take_short_ways() {
  TakeShortWays made{{take_plainly}, 1};
#if defined(__x86_64__) && defined(__SSE4_1__)
  made.ways[made.count++] = take_by_sse;
  if (__builtin_cpu_supports("avx2")) made.ways[made.count++] = take_by_avx2;
#endif
  return made;
}

uint32_t take_short(const View* from, const uint8_t* valid, uint32_t rows, Text* to,
                    uint64_t& bytes) {
  static const TakeShortWays all = take_short_ways();
  return all.ways[all.count - 1](from, valid, rows, to, bytes);
}

}  // namespace homeroom::plugin
