// Short views: Arrow's utf8-views whose texts lie in themselves, taken four at a time.
#pragma once

#include <cstdint>

#include "hub/record/text.hpp"

namespace homeroom::plugin {

/// Arrow's utf8-view, 16 bytes: the first letters and, of a long text, its buffer and place there.
struct View {
  int32_t size;
  char prefix[4];
  int32_t buffer;
  int32_t offset;
};
static_assert(sizeof(View) == 16);

/// Copies views from the front as long as the next four lie in themselves; what stands behind their
/// letters, and all of a null, becomes zero. `valid` is a byte, 0 or 1, a row, or nullptr. Says how
/// many it took, in fours, and adds the bytes of their texts to `bytes`.
uint32_t take_short(const View* from, const uint8_t* valid, uint32_t rows, record::Text* to,
                    uint64_t& bytes);

/// The ways to do it that this processor has, the fastest last; for tests.
using TakeShort = uint32_t (*)(const View*, const uint8_t*, uint32_t, record::Text*, uint64_t&);
struct TakeShortWays {
  TakeShort ways[3];
  uint32_t count;
};
TakeShortWays take_short_ways();

}  // namespace homeroom::plugin
