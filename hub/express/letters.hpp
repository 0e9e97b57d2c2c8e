// Letters: Unicode work on single texts. Short ASCII texts are done in registers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "hub/record/arena.hpp"
#include "hub/record/text.hpp"

namespace homeroom::express {

enum class Case : uint8_t { upper, lower };

/// Without the spaces at both ends.
record::Text trimmed(const record::Text& text);
/// Letter by letter; ß stays ß.
record::Text recased(const record::Text& text, Case to, record::Arena& arena);
/// A name that is all capitals or all small in title case, with small particles (de la), O', D', Mc
/// and II to IV; a name in mixed case is trimmed only.
record::Text name_cased(const record::Text& text, record::Arena& arena);
/// Nothing when the text would be longer than most_text.
std::optional<record::Text> replaced(const record::Text& text, std::string_view from,
                                     std::string_view to, record::Arena& arena);
/// Without spaces at both ends, and one space where there were several, tabs or line ends.
record::Text single_spaced(const record::Text& text, record::Arena& arena);

enum class Form : uint8_t { nfc, nfkc, no_accents };
/// In a normal form of Unicode (UAX 15), or composed and without accents. A text that is no UTF-8
/// stays as it is.
record::Text normalised(const record::Text& text, Form form, record::Arena& arena);
/// Whether one code point is a letter or a number of any script.
bool is_letter(std::string_view code_point);
bool is_ascii(std::string_view text);
bool is_utf8(std::string_view text);

/// How many code points.
size_t letters(std::string_view text);
/// The byte behind `count` code points from `at`.
size_t skip_letters(std::string_view text, size_t at, uint64_t count);
/// SQL's like: % is any text, _ is any letter; case counts.
bool is_like(std::string_view text, std::string_view pattern);

}  // namespace homeroom::express
