// Names of people: their usual form, their parts, how they sound.
#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
#include "hub/express/letters.hpp"
#include "hub/express/phonetic.hpp"

namespace homeroom::express {

namespace {

Column name_case_kernel(Call& call) {
  return map_one<Text, Text>(call, Type::text,
                             [&](const Text& text) { return name_cased(text, call.arena); });
}

/// In small letters, without accents: what two spellings of a name have in common.
Text plain(const Text& text, record::Arena& arena) {
  return recased(normalised(text, Form::no_accents, arena), Case::lower, arena);
}

bool is_apostrophe(std::string_view letter) {
  return letter == "'" || letter == "’" || letter == "`";
}
/// A letter or a digit of any script.
bool is_of_word(std::string_view letter) {
  char c = letter[0];
  return is_digit(c) || (c >= 'a' && c <= 'z') || ((c & 0x80) != 0 && is_letter(letter));
}

/// Calls take(token); apostrophes are dropped, everything else that is no letter parts two tokens.
template <class F>
void each_token(std::string_view name, std::string& token, F take) {
  token.clear();
  for (size_t at = 0; at < name.size();) {
    size_t next = skip_letters(name, at, 1);
    auto letter = name.substr(at, next - at);
    at = next;
    if (is_apostrophe(letter)) continue;
    if (is_of_word(letter)) {
      token += letter;
    } else if (!token.empty()) {
      take(token);
      token.clear();
    }
  }
  if (!token.empty()) take(token);
}

Column name_tokens_kernel(Call& call) {
  const Column& in = call.args[0];
  size_t most = 0;
  each(call.rows, [&](uint32_t row) {
    if (in.is_valid(row)) most += (in.text_at(row).size + 1) / 2;
  });
  std::string token;
  return fill_list(call, most, in.valid, [&](uint32_t row, Text* out) {
    Text small = plain(in.text_at(row), call.arena);
    each_token(small.view(), token, [&](const std::string& word) { *out++ = made(call, word); });
    return out;
  });
}

/// A key of the capital letters A to Z of a name; null if it has none.
template <std::string (*key)(std::string_view)>
Column sound_kernel(Call& call) {
  std::string capitals;
  return read_one<Text, Text>(call, Type::text, [&](const Text& text, Text& out) {
    capitals.clear();
    Text small = plain(text, call.arena);
    for (char c : small.view())
      if (c >= 'a' && c <= 'z') capitals += static_cast<char>(c - 32);
    out = made(call, key(capitals));
    return capitals.empty() ? absent : nullptr;
  });
}

}  // namespace

std::vector<Function> name_functions() {
  return {
      define("name_case(text) -> text",
             "A name that is all capitals or all small in the usual form, with small particles (de "
             "la, "
             "van), O', Mc and II to IV; one in mixed case is trimmed only.",
             {a_text}, Type::text, name_case_kernel,
             {{"name_case('WILLA')", "\"Willa\""},
              {"name_case('maria de la cruz')", "\"Maria de la Cruz\""},
              {"name_case('O''BRIEN-MCFAKE III')", "\"O'Brien-McFake III\""},
              {"name_case(' DeShawn ')", "\"DeShawn\""}}),
      define("name_tokens(text) -> list",
             "The parts of a name in small letters, without accents, apostrophes and signs.",
             {a_text}, Type::list, name_tokens_kernel,
             {{"name_tokens('María-José O''Neil, Jr.')", "[\"maria\",\"jose\",\"oneil\",\"jr\"]"}}),
      define(
          "soundex(text) -> text",
          "The Soundex key of a name as the US National Archives write it; null without a letter.",
          {a_text}, Type::text, sound_kernel<soundex>,
          {{"soundex('Robert')", "\"R163\""}, {"soundex('Ashcraft')", "\"A261\""}}),
      define("nysiis(text) -> text",
             "The NYSIIS key of a name, finer than Soundex; null without a letter.", {a_text},
             Type::text, sound_kernel<nysiis>,
             {{"nysiis('Worthy')", "\"WARTY\""}, {"nysiis('Ogata')", "\"OGAT\""}}),
  };
}

}  // namespace homeroom::express
