#include "csv_marks.hpp"

#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace homeroom::csv {
namespace {

// One bit a byte of a 64-byte step.
struct Bits {
  uint64_t delimiter = 0, quote = 0, newline = 0, carriage = 0;
};

// Where a chunk's scan stands between two steps; what is carried over is the lowest bit.
struct Scan {
  uint32_t *out, *first, *quoted;
  uint64_t inside = 0;  // all ones while inside quotes
  uint64_t any_quote = 0, untidy = 0;
  uint64_t begins = 1;                // the next byte begins a cell
  uint64_t closed = 0, carriage = 0;  // ... stands behind a closing quote, behind that and a \r
  uint32_t rows = 0, newlines = 0;
};

// An opening quote begins its cell, and behind a closing one its cell ends.
[[gnu::always_inline]] inline void look_at_quotes(Scan& scan, const Bits& bits, uint64_t in,
                                                  uint64_t ends, uint64_t row_ends) {
  uint64_t begins = ends << 1 | scan.begins;
  auto before = static_cast<uint32_t>(scan.out - scan.first);
  for (uint64_t opening = bits.quote & in & begins; opening; opening &= opening - 1)
    *scan.quoted++ =
        before + static_cast<uint32_t>(std::popcount(ends & ((opening & (0 - opening)) - 1)));
  uint64_t closing = bits.quote & ~in;
  uint64_t behind = closing << 1 | scan.closed, carriage = behind & bits.carriage;
  uint64_t behind_carriage = carriage << 1 | scan.carriage;
  scan.untidy |=
      (bits.quote & in & ~begins) | (behind & ~ends & ~carriage) | (behind_carriage & ~row_ends);
  scan.closed = closing >> 63;
  scan.carriage = carriage >> 63;
}

// Has nothing of this step to do with quotes?
[[gnu::always_inline]] inline bool is_plain(const Scan& scan, const Bits& bits) {
  return (bits.quote | scan.inside | scan.closed | scan.carriage) == 0;
}

// Says which bytes of a plain step end a cell.
[[gnu::always_inline]] inline uint64_t take_plain(Scan& scan, const Bits& bits) {
  auto newlines = static_cast<uint32_t>(std::popcount(bits.newline));
  scan.newlines += newlines;
  scan.rows += newlines;
  uint64_t ends = bits.delimiter | bits.newline;
  scan.begins = ends >> 63;
  return ends;
}

// The same of any step. `quoted` is the prefix xor of its quote bits: which bytes lie behind an odd
// number of them.
[[gnu::always_inline]] inline uint64_t take(Scan& scan, const Bits& bits, uint64_t quoted) {
  uint64_t in = scan.inside ^ quoted;
  scan.inside = static_cast<uint64_t>(static_cast<int64_t>(in) >> 63);
  uint64_t row_ends = bits.newline & ~in;
  uint64_t ends = (bits.delimiter & ~in) | row_ends;
  scan.newlines += static_cast<uint32_t>(std::popcount(bits.newline));
  scan.rows += static_cast<uint32_t>(std::popcount(row_ends));
  scan.any_quote |= bits.quote;
  look_at_quotes(scan, bits, in, ends, row_ends);
  scan.begins = ends >> 63;
  return ends;
}

// Writes the places of the set bits at `out`, eight at a time: some too many, which the next step
// writes over, instead of a branch a bit.
[[gnu::always_inline]] inline uint32_t* put(uint32_t* out, uint32_t at, uint64_t ends) {
  auto count = static_cast<uint32_t>(std::popcount(ends));
  for (uint32_t from = 0; from < count; from += 8) {
#pragma GCC unroll 8
    for (uint32_t i = from; i < from + 8; ++i, ends &= ends - 1)
      out[i] = at + static_cast<uint32_t>(std::countr_zero(ends));
  }
  return out + count;
}

constexpr uint32_t written_beyond = 64;

Scan begin(Marks& marks, uint32_t size) {
  if (marks.room < size + written_beyond) {
    marks.room = size + written_beyond;
    marks.at.reset(new uint32_t[marks.room]);  // not touched before it is written
    marks.quoted.reset(new uint32_t[marks.room]);
  }
  return {marks.at.get(), marks.at.get(), marks.quoted.get()};
}

// Marks behind the last whole row belong to a row that is not all here yet.
void finish(const char* bytes, const Scan& scan, Marks& marks) {
  const uint32_t* out = scan.out;
  while (out > marks.at.get() && bytes[out[-1]] != '\n') --out;
  marks.count = static_cast<uint32_t>(out - marks.at.get());
  marks.end = marks.count > 0 ? out[-1] + 1 : 0;
  const uint32_t* quoted = scan.quoted;
  while (quoted > marks.quoted.get() && quoted[-1] >= marks.count) --quoted;
  marks.quoted_count = static_cast<uint32_t>(quoted - marks.quoted.get());
  marks.rows = scan.rows;
  marks.newlines = scan.newlines;
  marks.quotes = scan.any_quote != 0;
  marks.tidy = scan.untidy == 0;
  marks.inside = scan.inside != 0;
}

uint64_t prefix_xor(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

}  // namespace

void mark_portable(const char* bytes, uint32_t size, char delimiter, char quote, Marks& marks) {
  Scan scan = begin(marks, size);
  unsigned char all = 0;
  for (uint32_t at = 0; at < size; at += 64) {
    Bits bits;
    for (uint32_t i = 0; i < 64; ++i) {
      char byte = bytes[at + i];
      all |= static_cast<unsigned char>(byte);
      bits.delimiter |= static_cast<uint64_t>(byte == delimiter) << i;
      bits.quote |= static_cast<uint64_t>(byte == quote) << i;
      bits.newline |= static_cast<uint64_t>(byte == '\n') << i;
      bits.carriage |= static_cast<uint64_t>(byte == '\r') << i;
    }
    bool plain = is_plain(scan, bits);
    scan.out = put(scan.out, at,
                   plain ? take_plain(scan, bits) : take(scan, bits, prefix_xor(bits.quote)));
  }
  marks.beyond_ascii = all >= 0x80;
  marks.nul = std::memchr(bytes, 0, size) != nullptr;
  finish(bytes, scan, marks);
}

#if defined(__x86_64__)
namespace {

[[gnu::target("avx2"), gnu::always_inline]] inline uint64_t where(const __m256i& low,
                                                                  const __m256i& high, char what) {
  const __m256i all = _mm256_set1_epi8(what);
  auto first = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, all)));
  auto second = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, all)));
  return first | uint64_t{second} << 32;
}

// A carry-less product with all ones is the prefix xor.
[[gnu::target("pclmul"), gnu::always_inline]] inline uint64_t prefix_xor_at_once(uint64_t bits) {
  return static_cast<uint64_t>(_mm_cvtsi128_si64(
      _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<int64_t>(bits)), _mm_set1_epi8(-1), 0)));
}

// Writes `at` plus each of 16 bytes. (The forms with a mask, because the plain ones make GCC 12
// warn of their own uninitialised register.)
[[gnu::target("avx512f"), gnu::always_inline]] inline void put_16(uint32_t* out, uint32_t at,
                                                                  const __m128i& places) {
  const __m512i wide = _mm512_maskz_cvtepu8_epi32(0xffff, places);
  _mm512_storeu_si512(out, _mm512_add_epi32(wide, _mm512_set1_epi32(static_cast<int>(at))));
}

}  // namespace

bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
}

[[gnu::target("avx2,pclmul,bmi,popcnt")]] void mark_avx2(const char* bytes, uint32_t size,
                                                         char delimiter, char quote, Marks& marks) {
  Scan scan = begin(marks, size);
  __m256i all = _mm256_setzero_si256(), least = _mm256_set1_epi8(-1);
  for (uint32_t at = 0; at < size; at += 64) {
    __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + at));
    __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + at + 32));
    all = _mm256_or_si256(all, _mm256_or_si256(low, high));
    if (at + 64 <= size) least = _mm256_min_epu8(least, _mm256_min_epu8(low, high));
    Bits bits{where(low, high, delimiter), where(low, high, quote), where(low, high, '\n')};
    uint64_t ends;
    if (is_plain(scan, bits)) {
      ends = take_plain(scan, bits);
    } else {
      bits.carriage = where(low, high, '\r');
      ends = take(scan, bits, prefix_xor_at_once(bits.quote));
    }
    scan.out = put(scan.out, at, ends);
  }
  marks.beyond_ascii = _mm256_movemask_epi8(all) != 0;
  marks.nul = _mm256_movemask_epi8(_mm256_cmpeq_epi8(least, _mm256_setzero_si256())) != 0;
  uint32_t whole = size / 64 * 64;
  marks.nul = marks.nul || std::memchr(bytes + whole, 0, size - whole) != nullptr;
  finish(bytes, scan, marks);
}

bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vbmi2");
}

// A compare gives a step's 64 bits, and one instruction gathers the numbers of the set ones.
[[gnu::target("avx512f,avx512bw,avx512vbmi2,pclmul,bmi,popcnt")]] void mark_avx512(
    const char* bytes, uint32_t size, char delimiter, char quote, Marks& marks) {
  alignas(64) static constexpr auto count_up = [] {
    struct {
      uint8_t at[64];
    } made{};
    for (uint8_t i = 0; i < 64; ++i) made.at[i] = i;
    return made;
  }();
  Scan scan = begin(marks, size);
  const __m512i numbers = _mm512_load_si512(&count_up);
  const __m512i delimiters = _mm512_set1_epi8(delimiter), quotes = _mm512_set1_epi8(quote),
                newlines = _mm512_set1_epi8('\n'), carriages = _mm512_set1_epi8('\r');
  __m512i all = _mm512_setzero_si512(), least = _mm512_set1_epi8(-1);
  const uint32_t whole = size / 64 * 64;
  for (uint32_t at = 0; at < size; at += 64) {
    __m512i step = _mm512_loadu_si512(bytes + at);
    all = _mm512_or_si512(all, step);
    if (at < whole) least = _mm512_min_epu8(least, step);
    Bits bits{_mm512_cmpeq_epi8_mask(step, delimiters), _mm512_cmpeq_epi8_mask(step, quotes),
              _mm512_cmpeq_epi8_mask(step, newlines)};
    uint64_t ends;
    if (is_plain(scan, bits)) {
      ends = take_plain(scan, bits);
    } else {
      bits.carriage = _mm512_cmpeq_epi8_mask(step, carriages);
      ends = take(scan, bits, prefix_xor_at_once(bits.quote));
    }
    __m512i places = _mm512_maskz_compress_epi8(ends, numbers);
    auto count = static_cast<uint32_t>(std::popcount(ends));
    put_16(scan.out, at, _mm512_maskz_extracti32x4_epi32(0xf, places, 0));
    if (count > 16) put_16(scan.out + 16, at, _mm512_maskz_extracti32x4_epi32(0xf, places, 1));
    if (count > 32) put_16(scan.out + 32, at, _mm512_maskz_extracti32x4_epi32(0xf, places, 2));
    if (count > 48) put_16(scan.out + 48, at, _mm512_maskz_extracti32x4_epi32(0xf, places, 3));
    scan.out += count;
  }
  marks.beyond_ascii = _mm512_movepi8_mask(all) != 0;
  marks.nul = _mm512_testn_epi8_mask(least, least) != 0 ||
              std::memchr(bytes + whole, 0, size - whole) != nullptr;
  _mm256_zeroupper();  // GCC 12 leaves it out here, and used upper halves slow all that comes after
  finish(bytes, scan, marks);
}
#endif

void mark(const char* bytes, uint32_t size, char delimiter, char quote, Marks& out) {
#if defined(__x86_64__)
  static const auto best = has_avx512() ? mark_avx512 : has_avx2() ? mark_avx2 : mark_portable;
  best(bytes, size, delimiter, quote, out);
#else
  mark_portable(bytes, size, delimiter, quote, out);
#endif
}

}  // namespace homeroom::csv
