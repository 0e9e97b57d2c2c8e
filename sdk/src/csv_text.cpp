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

}  // namespace

bool is_utf8(std::string_view bytes) {
  const char *at = bytes.data(), *end = at + bytes.size();
  while (at < end) {
    uint64_t eight;
    if (end - at >= 8 && (std::memcpy(&eight, at, 8), (eight & 0x8080808080808080u) == 0)) {
      at += 8;
      continue;
    }
    auto lead = static_cast<unsigned char>(*at);
    if (lead < 0x80) {
      ++at;
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
