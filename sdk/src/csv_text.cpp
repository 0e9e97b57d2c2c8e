#include <cstring>

#include "csv_rows.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace homeroom::csv {

std::string unquoted(std::string_view cell, char quote) {
  if (cell.size() < 2 || cell.front() != quote || cell.back() != quote) return std::string(cell);
  std::string plain;
  cell = cell.substr(1, cell.size() - 2);
  for (size_t i = 0; i < cell.size(); ++i) {
    plain += cell[i];
    if (cell[i] == quote) ++i;
  }
  return plain;
}

namespace {

struct Form {
  unsigned length;
  uint32_t bits, least;
};

Form form_of(unsigned char lead) {
  if (lead >= 0xC2 && lead < 0xE0) return {2, lead & 0x1Fu, 0x80};
  if (lead >= 0xE0 && lead < 0xF0) return {3, lead & 0x0Fu, 0x800};
  if (lead >= 0xF0 && lead < 0xF5) return {4, lead & 0x07u, 0x10000};
  return {0, 0, 0};
}

// Is there a byte beyond ASCII among these 64?
bool is_beyond_ascii(const char* at) {
#if defined(__SSE2__)
  auto load = [at](int i) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at) + i); };
  const __m128i all = _mm_or_si128(_mm_or_si128(load(0), load(1)), _mm_or_si128(load(2), load(3)));
  return _mm_movemask_epi8(all) != 0;
#else
  uint64_t words[8], all = 0;
  std::memcpy(words, at, sizeof words);
  for (uint64_t word : words) all |= word;
  return (all & 0x8080808080808080u) != 0;
#endif
}

// Most text is ASCII but for a name here and there, so that is what runs fast.
const char* behind_ascii(const char* at, const char* end) {
  while (end - at >= 64 && !is_beyond_ascii(at)) at += 64;
  while (at < end && static_cast<unsigned char>(*at) < 0x80) ++at;
  return at;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  const char *at = bytes.data(), *end = at + bytes.size();
  while (at < end) {
    auto lead = static_cast<unsigned char>(*at);
    if (lead < 0x80) {
      at = behind_ascii(at, end);
      continue;
    }
    Form form = form_of(lead);
    if (form.length == 0 || end - at < static_cast<ptrdiff_t>(form.length)) return false;
    uint32_t code = form.bits;
    for (unsigned i = 1; i < form.length; ++i) {
      auto next = static_cast<unsigned char>(at[i]);
      if ((next & 0xC0) != 0x80) return false;
      code = code << 6 | (next & 0x3F);
    }
    bool surrogate = code >= 0xD800 && code < 0xE000;
    if (code < form.least || code > 0x10FFFF || surrogate) return false;
    at += form.length;
  }
  return true;
}

}  // namespace homeroom::csv
