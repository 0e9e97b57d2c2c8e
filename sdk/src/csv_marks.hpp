// Marks: where the cells and rows of a chunk end, found 64 bytes at a time.
#pragma once

#include <cstdint>
#include <vector>

namespace homeroom::csv {

struct Marks {
  std::vector<uint32_t> at;  ///< places of delimiters and newlines outside quotes
  uint32_t count = 0;        ///< how many of them; none behind `end`
  uint32_t rows = 0;         ///< newlines outside quotes
  uint32_t newlines = 0;     ///< all newlines before `end` or behind it
  uint32_t end = 0;          ///< one behind the last newline outside quotes
  bool quotes = false;       ///< there is a quote
  bool nul = false;          ///< there is a NUL byte
  bool beyond_ascii = false;
  bool inside = false;  ///< the last byte lies inside quotes
};

/// Indexes `size` bytes, which begin outside quotes and have 64 zero bytes behind them. Uses AVX2
/// and carry-less multiplication where the processor has them.
void mark(const char* bytes, uint32_t size, char delimiter, char quote, Marks& out);

/// The same without them; for tests and older processors.
void mark_portable(const char* bytes, uint32_t size, char delimiter, char quote, Marks& out);

}  // namespace homeroom::csv
