// Marks: where the cells and rows of a chunk end, found 64 bytes at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace homeroom::csv {

struct Marks {
  std::unique_ptr<uint32_t[]> at;  ///< places of delimiters and newlines outside quotes
  uint32_t count = 0;              ///< how many of them; none behind `end`
  /// Which of them end a cell that begins with a quote: their numbers, rising.
  std::unique_ptr<uint32_t[]> quoted;
  uint32_t quoted_count = 0;
  uint32_t room = 0;      ///< of `at`
  uint32_t rows = 0;      ///< newlines outside quotes
  uint32_t newlines = 0;  ///< all newlines before `end` or behind it
  uint32_t end = 0;       ///< one behind the last newline outside quotes
  bool quotes = false;    ///< there is a quote
  /// Quotes stand only around whole cells: none is doubled, none beside text. May be false where
  /// the chunk does not begin with a cell or does not end with a row.
  bool tidy = false;
  bool nul = false;  ///< there is a NUL byte
  bool beyond_ascii = false;
  bool inside = false;  ///< the last byte lies inside quotes

  std::span<const uint32_t> places() const { return {at.get(), count}; }
  std::span<const uint32_t> quoted_cells() const { return {quoted.get(), quoted_count}; }
};

/// Indexes `size` bytes, which begin outside quotes and have 64 zero bytes behind them, in the
/// fastest way that the processor knows.
void mark(const char* bytes, uint32_t size, char delimiter, char quote, Marks& out);

/// The same in C++ alone, and with the instructions of AVX2 and AVX-512 (VBMI2), where there are
/// such; for tests and older processors.
void mark_portable(const char* bytes, uint32_t size, char delimiter, char quote, Marks& out);
#if defined(__x86_64__)
bool has_avx2();
bool has_avx512();
void mark_avx2(const char* bytes, uint32_t size, char delimiter, char quote, Marks& out);
void mark_avx512(const char* bytes, uint32_t size, char delimiter, char quote, Marks& out);
#endif

}  // namespace homeroom::csv
