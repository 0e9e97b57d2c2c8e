// A text as a JSON string at a place with room for it, sixteen letters at a time.
#pragma once

#include <cstddef>

#include "hub/record/text.hpp"

namespace homeroom::record {

/// Room that write_json_string() needs: quotes, every letter escaped, and what it writes beyond.
constexpr std::size_t json_string_room(std::size_t letters) {
  return letters * 6 + 2 + 16;
}

/// Writes the same as append_json_string() at `to` and says where it ends. The text's bytes have
/// `readable_behind` bytes behind them, as in every buffer that texts point into.
char* write_json_string(char* to, const Text& text);

/// The escape of a control character, a quote or a backslash at `to`; where it ends.
char* write_escape(char* to, unsigned char letter);

}  // namespace homeroom::record
