#include "csv_cells.hpp"

#if defined(__SSE4_1__)
#include <immintrin.h>
#endif

namespace homeroom::csv {
namespace {

// The view of a text that lies in it; of a longer one all but its place.
[[gnu::always_inline]] inline void put_short(const char* from, uint32_t size, TextView* to) {
#if defined(__SSE4_1__)
  auto load = [](const void* at) { return _mm_loadu_si128(static_cast<const __m128i*>(at)); };
  const __m128i view =
      _mm_or_si128(_mm_slli_si128(load(from), 4), _mm_cvtsi32_si128(static_cast<int>(size)));
  const __m128i mask = load(&view_masks.of[size > 12 ? 13 : size]);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_and_si128(view, mask));
#else
  *to = text_view(from, size, 0, 0);
#endif
}

// The bounds of four cells that begin behind the places at `ends` and end at the next ones.
[[gnu::always_inline]] inline void cut_four(const uint32_t* ends, uint32_t* from, uint32_t* size) {
#if defined(__SSE4_1__)
  auto load = [](const void* at) { return _mm_loadu_si128(static_cast<const __m128i*>(at)); };
  const __m128i begin = _mm_sub_epi32(load(ends), _mm_set1_epi32(-1));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(from), begin);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(size), _mm_sub_epi32(load(ends + 1), begin));
#else
  for (uint32_t i = 0; i < 4; ++i) {
    from[i] = ends[i] + 1;
    size[i] = ends[i + 1] - from[i];
  }
#endif
}

}  // namespace

void Cells::cut(const uint32_t* ends, uint32_t rows, uint32_t width, uint32_t begin) {
  rows_ = rows;
  width_ = width;
  const uint32_t count = rows * width;
  if (from_.size() < count + size_t{4}) {
    from_.resize(count + size_t{4});
    size_.resize(count + size_t{4});
  }
  from_[0] = begin;
  size_[0] = ends[0] - begin;
  for (uint32_t at = 0; at + 1 < count; at += 4)
    cut_four(ends + at, from_.data() + at + 1, size_.data() + at + 1);
}

void Cells::begin_row(uint32_t row, uint32_t at) {
  uint32_t cell = row * width_;
  size_[cell] += from_[cell] - at;
  from_[cell] = at;
}

void Cells::cut_returns(const char* bytes) {
  for (uint32_t cell = width_ - 1; cell < rows_ * width_; cell += width_) {
    bool is_filled = size_[cell] > 0;  // an empty cell's byte is the newline
    size_[cell] -= bytes[from_[cell] + size_[cell] - is_filled] == '\r';
  }
}

void Cells::unquote(const char* bytes, char quote) {
  for (uint32_t cell = 0; cell < rows_ * width_; ++cell)
    if (bytes[from_[cell]] == quote && size_[cell] >= 2) unquote(cell);
}

uint64_t Cells::filled(uint32_t column) const {
  uint64_t bits = 0;
  const uint32_t* size = size_.data() + column;
  for (uint32_t row = 0; row < rows_; ++row, size += width_) bits |= uint64_t{*size != 0} << row;
  return bits;
}

uint64_t Cells::view(uint32_t column, const char* bytes, uint32_t base, TextView* out) const {
  const uint32_t *from = from_.data() + column, *sizes = size_.data() + column;
  const uint32_t rows = rows_;
  const size_t width = width_;
  uint32_t empty = 0, far = 0;
  for (uint32_t row = 0; row < rows; ++row, from += width, sizes += width) {
    const uint32_t size = *sizes;
    empty += size == 0;
    far += size > 12;
    put_short(bytes + *from, size, out + row);
  }
  from = from_.data() + column;
  sizes = size_.data() + column;
  for (uint32_t row = 0; far && row < rows; ++row, from += width, sizes += width) {
    uint64_t is_far = uint64_t{0} - static_cast<uint64_t>(*sizes > 12);
    out[row].tail |= uint64_t{*from - base} << 32 & is_far;
  }
  if (empty > 0) return empty == rows_ ? 0 : filled(column);
  return rows_ == most_rows ? ~uint64_t{0} : ~(~uint64_t{0} << rows_);
}

}  // namespace homeroom::csv
