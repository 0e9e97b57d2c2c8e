#include <cstring>

#include "csv_rows.hpp"

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

// Most text is ASCII but for a name here and there, so that is what runs fast.
const char* behind_ascii(const char* at, const char* end) {
  constexpr size_t words = 8;
  for (uint64_t many[words]; static_cast<size_t>(end - at) >= sizeof many; at += sizeof many) {
    std::memcpy(many, at, sizeof many);
    uint64_t all = 0;
    for (uint64_t word : many) all |= word;
    if (all & 0x8080808080808080u) break;
  }
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
