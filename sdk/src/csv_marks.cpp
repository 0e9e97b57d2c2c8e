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
  uint64_t delimiter = 0, quote = 0, newline = 0;
};

// Where a chunk's scan stands between two steps.
struct Scan {
  uint32_t* out;
  uint64_t inside = 0;  // all ones while inside quotes
  uint64_t any_quote = 0;
};

// `quoted` is the prefix xor of the step's quote bits: which bytes lie behind an odd number of
// them.
[[gnu::always_inline]] inline void take(Scan& scan, Marks& marks, uint32_t at, const Bits& bits,
                                        uint64_t quoted) {
  uint64_t in = scan.inside ^ quoted;
  scan.inside = static_cast<uint64_t>(static_cast<int64_t>(in) >> 63);
  scan.any_quote |= bits.quote;
  uint64_t row_ends = bits.newline & ~in;
  marks.newlines += static_cast<uint32_t>(std::popcount(bits.newline));
  marks.rows += static_cast<uint32_t>(std::popcount(row_ends));
  if (row_ends) marks.end = at + 64 - static_cast<uint32_t>(std::countl_zero(row_ends));
  uint64_t ends = (bits.delimiter & ~in) | row_ends;
  for (; ends; ends &= ends - 1) *scan.out++ = at + static_cast<uint32_t>(std::countr_zero(ends));
}

void begin(Marks& marks, uint32_t size) {
  if (marks.at.size() < size + size_t{64}) marks.at.resize(size + size_t{64});
  marks.count = marks.rows = marks.newlines = marks.end = 0;
  marks.quotes = marks.nul = marks.beyond_ascii = marks.inside = false;
}

// Marks behind the last whole row belong to a row that is not all here yet.
void finish(Marks& marks, const Scan& scan) {
  const uint32_t* out = scan.out;
  while (out > marks.at.data() && out[-1] >= marks.end) --out;
  marks.count = static_cast<uint32_t>(out - marks.at.data());
  marks.quotes = scan.any_quote != 0;
  marks.inside = scan.inside != 0;
}

uint64_t prefix_xor(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

#if defined(__x86_64__)
[[gnu::target("avx2"), gnu::always_inline]] inline uint64_t where(const __m256i& low,
                                                                  const __m256i& high,
                                                                  const __m256i& what) {
  auto first = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, what)));
  auto second = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, what)));
  return first | uint64_t{second} << 32;
}

[[gnu::target("avx2,pclmul,bmi,popcnt")]] void mark_avx2(const char* bytes, uint32_t size,
                                                         char delimiter, char quote, Marks& marks) {
  begin(marks, size);
  Scan scan{marks.at.data()};
  const __m256i delimiters = _mm256_set1_epi8(delimiter), quotes = _mm256_set1_epi8(quote),
                newlines = _mm256_set1_epi8('\n');
  __m256i all = _mm256_setzero_si256(), least = _mm256_set1_epi8(-1);
  for (uint32_t at = 0; at < size; at += 64) {
    __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + at));
    __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + at + 32));
    all = _mm256_or_si256(all, _mm256_or_si256(low, high));
    if (at + 64 <= size) least = _mm256_min_epu8(least, _mm256_min_epu8(low, high));
    Bits bits{where(low, high, delimiters), where(low, high, quotes), where(low, high, newlines)};
    uint64_t quoted = 0;
    if (bits.quote)
      quoted = static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128(
          _mm_set_epi64x(0, static_cast<int64_t>(bits.quote)), _mm_set1_epi8(-1), 0)));
    take(scan, marks, at, bits, quoted);
  }
  marks.beyond_ascii = _mm256_movemask_epi8(all) != 0;
  marks.nul = _mm256_movemask_epi8(_mm256_cmpeq_epi8(least, _mm256_setzero_si256())) != 0;
  uint32_t whole = size / 64 * 64;
  marks.nul = marks.nul || std::memchr(bytes + whole, 0, size - whole) != nullptr;
  finish(marks, scan);
}
#endif

}  // namespace

void mark_portable(const char* bytes, uint32_t size, char delimiter, char quote, Marks& marks) {
  begin(marks, size);
  Scan scan{marks.at.data()};
  unsigned char all = 0;
  for (uint32_t at = 0; at < size; at += 64) {
    Bits bits;
    for (uint32_t i = 0; i < 64; ++i) {
      char byte = bytes[at + i];
      all |= static_cast<unsigned char>(byte);
      bits.delimiter |= static_cast<uint64_t>(byte == delimiter) << i;
      bits.quote |= static_cast<uint64_t>(byte == quote) << i;
      bits.newline |= static_cast<uint64_t>(byte == '\n') << i;
    }
    take(scan, marks, at, bits, bits.quote ? prefix_xor(bits.quote) : 0);
  }
  marks.beyond_ascii = all >= 0x80;
  marks.nul = std::memchr(bytes, 0, size) != nullptr;
  finish(marks, scan);
}

void mark(const char* bytes, uint32_t size, char delimiter, char quote, Marks& out) {
#if defined(__x86_64__)
  static const bool fast = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
                           __builtin_cpu_supports("bmi");
  if (fast) return mark_avx2(bytes, size, delimiter, quote, out);
#endif
  mark_portable(bytes, size, delimiter, quote, out);
}

}  // namespace homeroom::csv
