#include "csv_cells.hpp"

#include <algorithm>

#if defined(__SSE4_1__)
#include <immintrin.h>
#endif

namespace homeroom::csv {

void ColumnCells::next(uint32_t count, Cells& out) {
  const uint32_t *mark = before, *stop = end;
  for (uint32_t i = 0; i < count; ++i, mark += before_step, stop += end_step) {
    out.from[i] = *mark + behind_mark;
    out.size[i] = *stop - *mark - behind_mark;
  }
  before = mark;
  end = stop;
  out.count = count;
  std::fill(out.size + count, out.size + Cells::most, 0);
  for (uint32_t i = 0; ends_row && i < count; ++i) {
    bool is_filled = out.size[i] > 0;  // an empty cell's byte is the newline
    out.size[i] -= bytes[out.from[i] + out.size[i] - is_filled] == '\r';
  }
  if (has_quotes) out.unquote(bytes, quote);
}

void Cells::unquote(const char* bytes, char quote) {
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t is_quoted =
        static_cast<uint32_t>(bytes[from[i]] == quote) & static_cast<uint32_t>(size[i] >= 2);
    from[i] += is_quoted;
    size[i] -= 2 * is_quoted;
  }
}

#if defined(__SSE4_1__)

namespace {

__m128i four(const uint32_t* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

bool all_lie_in_views(const uint32_t* size) {
  __m128i most = _mm_setzero_si128();
  for (uint32_t i = 0; i < Cells::most; i += 4) most = _mm_max_epu32(most, four(size + i));
  return _mm_testz_si128(_mm_cmpgt_epi32(most, _mm_set1_epi32(12)), _mm_set1_epi8(-1)) != 0;
}

}  // namespace

uint64_t Cells::filled() const {
  uint64_t empty = 0;
  for (uint32_t i = 0; i < most; i += 4) {
    __m128i is_empty = _mm_cmpeq_epi32(four(size + i), _mm_setzero_si128());
    empty |= static_cast<uint64_t>(_mm_movemask_ps(_mm_castsi128_ps(is_empty))) << i;
  }
  return ~empty;
}

void Cells::view(const char* bytes, uint32_t base, TextView* out) const {
  if (!all_lie_in_views(size)) {
    for (uint32_t i = 0; i < count; ++i)
      out[i] = text_view(bytes + from[i], size[i], 0, from[i] - base);
    return;
  }
  for (uint32_t i = 0; i < count; ++i) {
    __m128i letters =
        _mm_slli_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + from[i])), 4);
    __m128i view = _mm_or_si128(letters, _mm_cvtsi32_si128(static_cast<int>(size[i])));
    __m128i mask = _mm_loadu_si128(reinterpret_cast<const __m128i*>(&view_masks.of[size[i]]));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), _mm_and_si128(view, mask));
  }
}

#else

uint64_t Cells::filled() const {
  uint64_t bits = 0;
  for (uint32_t i = 0; i < most; ++i) bits |= uint64_t{size[i] != 0} << i;
  return bits;
}

void Cells::view(const char* bytes, uint32_t base, TextView* out) const {
  for (uint32_t i = 0; i < count; ++i)
    out[i] = text_view(bytes + from[i], size[i], 0, from[i] - base);
}

#endif

}  // namespace homeroom::csv
