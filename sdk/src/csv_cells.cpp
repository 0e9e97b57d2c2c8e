#include "csv_cells.hpp"

#include <algorithm>
#include <cstring>

#if defined(__SSE4_1__)
#include <immintrin.h>
#endif

namespace homeroom::csv {
namespace {

#if defined(__SSE4_1__)
__m128i load(const void* at) {
  return _mm_loadu_si128(static_cast<const __m128i*>(at));
}
void store(void* at, const __m128i& what) {
  _mm_storeu_si128(static_cast<__m128i*>(at), what);
}
#endif

constexpr uint32_t longest_inside = 12;  // texts up to here lie in their view

uint8_t mask_of(uint32_t size) {
  return static_cast<uint8_t>(std::min(size, longest_inside + 1));
}

// The view of a text that lies in it; of a longer one all but its place.
[[gnu::always_inline]] inline void put_short(const char* from, uint32_t size, uint8_t mask,
                                             TextView* to) {
#if defined(__SSE4_1__)
  const __m128i view =
      _mm_or_si128(_mm_slli_si128(load(from), 4), _mm_cvtsi32_si128(static_cast<int>(size)));
  store(to, _mm_and_si128(view, load(&view_masks.of[mask])));
#else
  *to = text_view(from, size, 0, 0);
#endif
}

// The bounds of four cells that begin behind the places at `ends` and end at the next ones.
[[gnu::always_inline]] inline void cut_four(const uint32_t* ends, uint32_t* from, uint32_t* size,
                                            uint8_t* mask) {
#if defined(__SSE4_1__)
  const __m128i begin = _mm_sub_epi32(load(ends), _mm_set1_epi32(-1));
  const __m128i sizes = _mm_sub_epi32(load(ends + 1), begin);
  store(from, begin);
  store(size, sizes);
  const __m128i least = _mm_min_epu32(sizes, _mm_set1_epi32(longest_inside + 1));
  const __m128i bytes = _mm_packus_epi16(_mm_packus_epi32(least, least), least);
  const int four = _mm_cvtsi128_si32(bytes);
  std::memcpy(mask, &four, sizeof four);
#else
  for (uint32_t i = 0; i < 4; ++i) {
    from[i] = ends[i] + 1;
    size[i] = ends[i + 1] - from[i];
    mask[i] = mask_of(size[i]);
  }
#endif
}

// What the first words of a column's views say: which rows have a text, a bit each, and whether
// one is too long to lie in its view.
struct Seen {
  uint64_t filled = 0;
  bool is_far = false;
};

Seen look_at(const TextView* views, uint32_t rows) {
  Seen seen;
  uint32_t row = 0;
#if defined(__SSE4_1__)
  const __m128i most = _mm_set1_epi32(longest_inside);
  __m128i far = _mm_setzero_si128();
  for (; row + 4 <= rows; row += 4) {
    const __m128i low = _mm_unpacklo_epi32(load(views + row), load(views + row + 1));
    const __m128i high = _mm_unpacklo_epi32(load(views + row + 2), load(views + row + 3));
    const __m128i sizes = _mm_unpacklo_epi64(low, high);  // at most HR_MAX_CELL: signed will do
    const __m128i is_filled = _mm_cmpgt_epi32(sizes, _mm_setzero_si128());
    far = _mm_or_si128(far, _mm_cmpgt_epi32(sizes, most));
    seen.filled |= static_cast<uint64_t>(_mm_movemask_ps(_mm_castsi128_ps(is_filled))) << row;
  }
  seen.is_far = _mm_movemask_epi8(far) != 0;
#endif
  for (; row < rows; ++row) {
    auto size = static_cast<uint32_t>(views[row].head);
    seen.filled |= uint64_t{size != 0} << row;
    seen.is_far |= size > longest_inside;
  }
  return seen;
}

}  // namespace

void Cells::cut(const uint32_t* ends, uint32_t rows, uint32_t width, uint32_t begin) {
  rows_ = rows;
  width_ = width;
  const uint32_t count = rows * width;
  if (from_.size() < count + size_t{4}) {
    from_.resize(count + size_t{4});
    size_.resize(count + size_t{4});
    mask_.resize(count + size_t{4});
  }
  from_[0] = begin;
  set_size(0, ends[0] - begin);
  uint32_t *from = from_.data() + 1, *size = size_.data() + 1;
  uint8_t* mask = mask_.data() + 1;
  for (uint32_t at = 0; at + 1 < count; at += 4)
    cut_four(ends + at, from + at, size + at, mask + at);
}

void Cells::set_size(uint32_t cell, uint32_t size) {
  size_[cell] = size;
  mask_[cell] = mask_of(size);
}

void Cells::begin_row(uint32_t row, uint32_t at) {
  uint32_t cell = row * width_;
  set_size(cell, size_[cell] + from_[cell] - at);
  from_[cell] = at;
}

void Cells::cut_returns(const char* bytes) {
  for (uint32_t cell = width_ - 1; cell < rows_ * width_; cell += width_) {
    bool is_filled = size_[cell] > 0;  // an empty cell's byte is the newline
    set_size(cell, size_[cell] - (bytes[from_[cell] + size_[cell] - is_filled] == '\r'));
  }
}

void Cells::unquote(uint32_t cell) {
  ++from_[cell];
  set_size(cell, size_[cell] - 2);
}

void Cells::unquote(const char* bytes, char quote) {
  for (uint32_t cell = 0; cell < rows_ * width_; ++cell)
    if (bytes[from_[cell]] == quote && size_[cell] >= 2) unquote(cell);
}

uint64_t Cells::view(uint32_t column, const char* bytes, uint32_t base, TextView* out) const {
  const uint32_t *from = from_.data() + column, *size = size_.data() + column;
  const uint8_t* mask = mask_.data() + column;
  const size_t width = width_, end = rows_ * width;
  TextView* to = out;
  for (size_t at = 0; at < end; at += width) put_short(bytes + from[at], size[at], mask[at], to++);
  const Seen seen = look_at(out, rows_);
  to = out;
  for (size_t at = 0; seen.is_far && at < end; at += width, ++to) {
    uint64_t is_far = uint64_t{0} - static_cast<uint64_t>(size[at] > longest_inside);
    to->tail |= uint64_t{from[at] - base} << 32 & is_far;
  }
  return seen.filled;
}

}  // namespace homeroom::csv
