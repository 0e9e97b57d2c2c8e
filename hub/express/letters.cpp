#include "hub/express/letters.hpp"

#include <cstdlib>
#include <cstring>

#include <utf8proc.h>

#include "hub/express/kernel.hpp"

namespace homeroom::express {

namespace {

constexpr uint64_t high_bits = 0x8080808080808080u;
constexpr uint64_t ones = 0x0101010101010101u;

/// Flips bit 5 of the bytes first..first+25; all bytes are ASCII.
uint64_t flipped(uint64_t bytes, char first) {
  uint64_t above = bytes + ones * (0x80u - static_cast<unsigned char>(first));
  uint64_t beyond = bytes + ones * (0x80u - static_cast<unsigned char>(first) - 26u);
  return bytes ^ (((above & ~beyond) & high_bits) >> 2);
}

bool is_trail(char c) {
  return (c & 0xC0) == 0x80;
}

int32_t upper_of(int32_t letter) {
  if (letter < 0x80) return letter >= 'a' && letter <= 'z' ? letter - 32 : letter;
  return utf8proc_toupper(letter);
}
int32_t lower_of(int32_t letter) {
  if (letter < 0x80) return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
  return utf8proc_tolower(letter);
}
int32_t changed(int32_t letter, Case to) {
  return to == Case::upper ? upper_of(letter) : lower_of(letter);
}

/// Calls f(word, its byte) for each eight bytes; bytes behind the end come as 0.
template <class F>
void each_word(const char* bytes, uint32_t size, F f) {
  for (uint32_t at = 0; at < size; at += 8) {
    uint64_t word;
    std::memcpy(&word, bytes + at, sizeof word);  // readable_behind
    if (size - at < 8) word &= (uint64_t{1} << (size - at) * 8) - 1;
    f(word, at);
  }
}

/// Reads one code point; a byte that is no UTF-8 comes back as itself with its top bit's pattern.
int32_t next_letter(std::string_view text, size_t& at, bool& is_whole) {
  if ((text[at] & 0x80) == 0) {
    is_whole = true;
    return text[at++];
  }
  utf8proc_int32_t letter;
  auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                               static_cast<utf8proc_ssize_t>(text.size() - at), &letter);
  is_whole = size > 0;
  if (!is_whole) return static_cast<unsigned char>(text[at++]);
  at += static_cast<size_t>(size);
  return letter;
}
char* put_letter(int32_t letter, bool is_whole, char* out) {
  if (!is_whole || letter < 0x80) {
    *out = static_cast<char>(letter);
    return out + 1;
  }
  return out + utf8proc_encode_char(letter, reinterpret_cast<utf8proc_uint8_t*>(out));
}

/// Room for a text whose letters may need more bytes in the other case.
char* room(uint32_t size, record::Arena& arena) {
  return arena.take(size_t{size} * 3 + 8);
}

enum class Mix : uint8_t { no_letters, upper, lower, mixed };
Mix mix_of(std::string_view text) {
  bool has_upper = false, has_lower = false, is_whole;
  for (size_t at = 0; at < text.size();) {
    int32_t letter = next_letter(text, at, is_whole);
    if (!is_whole) continue;
    has_upper |= lower_of(letter) != letter;
    has_lower |= upper_of(letter) != letter;
  }
  if (has_upper && has_lower) return Mix::mixed;
  return has_upper ? Mix::upper : has_lower ? Mix::lower : Mix::no_letters;
}

bool is_particle(std::string_view word) {
  for (std::string_view particle : {"de", "del", "la", "las", "los", "el", "y", "da", "das", "do",
                                    "dos", "di", "du", "van", "von", "der", "den", "bin", "ibn"})
    if (word == particle) return true;
  return false;
}
bool is_number(std::string_view word) {
  return word == "ii" || word == "iii" || word == "iv";
}

/// Title case of one word in small letters, written at `out`.
char* write_word(std::string_view word, bool is_first, char* out) {
  bool is_small = !is_first && is_particle(word);
  bool is_all_upper = !is_first && is_number(word);
  bool is_mc = word.size() > 3 && word.starts_with("mc");
  bool is_next_upper = !is_small;
  size_t count = 0;  // letters since the word began
  for (size_t at = 0; at < word.size(); ++count) {
    bool is_whole;
    int32_t letter = next_letter(word, at, is_whole);
    bool is_apostrophe = letter == '\'' || letter == 0x2019;
    bool is_upper = is_next_upper || is_all_upper || (is_mc && count == 2);
    out = put_letter(is_upper && is_whole ? upper_of(letter) : letter, is_whole, out);
    is_next_upper = is_apostrophe && count == 1;  // O'Brien, D'Angelo; not Ta'quan
  }
  return out;
}

}  // namespace

record::Text trimmed(const record::Text& text) {
  const char* bytes = text.data();
  uint32_t from = 0, to = text.size;
  if (to == 0 || (bytes[0] != ' ' && bytes[to - 1] != ' ')) return text;
  while (from < to && bytes[from] == ' ') ++from;
  while (to > from && bytes[to - 1] == ' ') --to;
  return part(text, from, to - from);
}

record::Text recased(const record::Text& text, Case to, record::Arena& arena) {
  char first = to == Case::upper ? 'a' : 'A';
  if (text.size <= record::Text::most_inline) {
    uint64_t words[2];
    std::memcpy(words, &text, sizeof words);
    uint64_t letters_of_first = words[0] & 0xFFFFFFFF00000000u;
    if (((letters_of_first | words[1]) & high_bits) == 0) {
      words[0] = (words[0] & 0xFFFFFFFFu) | (flipped(letters_of_first, first) & ~0xFFFFFFFFull);
      words[1] = flipped(words[1], first);
      record::Text made;
      std::memcpy(static_cast<void*>(&made), words, sizeof words);
      return made;
    }
  }
  uint64_t all = high_bits;
  if (text.size > record::Text::most_inline) {
    all = 0;
    each_word(text.far, text.size, [&](uint64_t word, uint32_t) { all |= word; });
  }
  char* bytes = room(text.size, arena);
  if ((all & high_bits) == 0) {
    each_word(text.far, text.size, [&](uint64_t word, uint32_t at) {
      word = flipped(word, first);
      std::memcpy(bytes + at, &word, sizeof word);
    });
    return record::text(bytes, text.size);
  }
  char* out = bytes;
  std::string_view view = text.view();
  for (size_t at = 0; at < view.size();) {
    bool is_whole;
    int32_t letter = next_letter(view, at, is_whole);
    out = put_letter(is_whole ? changed(letter, to) : letter, is_whole, out);
  }
  return record::text(bytes, static_cast<uint32_t>(out - bytes));
}

record::Text name_cased(const record::Text& text, record::Arena& arena) {
  record::Text bare = trimmed(text);
  Mix mix = mix_of(bare.view());
  if (mix == Mix::mixed || mix == Mix::no_letters) return bare;
  record::Text small = recased(bare, Case::lower, arena);
  std::string_view view = small.view();
  char* bytes = room(small.size, arena);
  char* out = bytes;
  bool is_first = true;
  for (size_t at = 0; at < view.size();) {
    size_t end = view.find_first_of(" -.,", at);
    if (end == view.npos) end = view.size();
    if (end > at) {
      out = write_word(view.substr(at, end - at), is_first, out);
      is_first = false;
    }
    if (end < view.size()) *out++ = view[end++];
    at = end;
  }
  return record::text(bytes, static_cast<uint32_t>(out - bytes));
}

std::optional<record::Text> replaced(const record::Text& text, std::string_view from,
                                     std::string_view to, record::Arena& arena) {
  std::string_view view = text.view();
  size_t at = from.empty() ? view.npos : view.find(from);
  if (at == view.npos) return text;
  size_t times = 0;
  for (size_t i = at; i != view.npos; i = view.find(from, i + from.size())) ++times;
  size_t size = view.size() - times * from.size() + times * to.size();
  if (size > most_text) return std::nullopt;
  char* bytes = arena.take(size);
  char* out = bytes;
  size_t done = 0;
  for (; at != view.npos; at = view.find(from, done)) {
    out = std::copy(view.begin() + static_cast<std::ptrdiff_t>(done),
                    view.begin() + static_cast<std::ptrdiff_t>(at), out);
    out = std::copy(to.begin(), to.end(), out);
    done = at + from.size();
  }
  std::copy(view.begin() + static_cast<std::ptrdiff_t>(done), view.end(), out);
  return record::text(bytes, static_cast<uint32_t>(size));
}

record::Text single_spaced(const record::Text& text, record::Arena& arena) {
  auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  char local[record::Text::most_inline];
  char* bytes = text.size <= sizeof local ? local : arena.take(text.size);
  uint32_t size = 0;
  bool has_gap = false;
  for (char c : text.view()) {
    if (is_space(c)) {
      has_gap = size > 0;
      continue;
    }
    if (has_gap) bytes[size++] = ' ';
    has_gap = false;
    bytes[size++] = c;
  }
  return record::text(bytes, size);
}

bool is_letter(std::string_view code_point) {
  size_t at = 0;
  bool is_whole;
  int32_t letter = next_letter(code_point, at, is_whole);
  auto kind = is_whole ? utf8proc_category(letter) : UTF8PROC_CATEGORY_CN;
  return (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO) ||
         (kind >= UTF8PROC_CATEGORY_ND && kind <= UTF8PROC_CATEGORY_NO);
}

bool is_ascii(std::string_view text) {
  unsigned char all = 0;
  for (char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

bool is_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  bool is_whole = true;
  for (size_t at = 0; at < text.size() && is_whole;) next_letter(text, at, is_whole);
  return is_whole;
}

record::Text normalised(const record::Text& text, Form form, record::Arena& arena) {
  if (is_ascii(text.view())) return text;
  int options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  if (form == Form::nfkc) options |= UTF8PROC_COMPAT;
  if (form == Form::no_accents) options |= UTF8PROC_STRIPMARK;
  utf8proc_uint8_t* made = nullptr;
  auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                           static_cast<utf8proc_ssize_t>(text.size), &made,
                           static_cast<utf8proc_option_t>(options));
  if (size < 0) return text;
  auto kept =
      arena.keep(std::string_view(reinterpret_cast<char*>(made), static_cast<size_t>(size)));
  std::free(made);
  return kept;
}

size_t letters(std::string_view text) {
  size_t count = 0;
  for (char c : text) count += !is_trail(c);
  return count;
}

size_t skip_letters(std::string_view text, size_t at, uint64_t count) {
  for (; count > 0 && at < text.size(); --count) {
    ++at;
    while (at < text.size() && is_trail(text[at])) ++at;
  }
  return at;
}

bool is_like(std::string_view text, std::string_view pattern) {
  constexpr size_t none = static_cast<size_t>(-1);
  size_t t = 0, p = 0, star = none, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      star = ++p;
      star_text = t;
    } else if (p < pattern.size() && pattern[p] == '_') {
      t = skip_letters(text, t, 1);
      ++p;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++t;
      ++p;
    } else if (star != none) {
      star_text = skip_letters(text, star_text, 1);
      t = star_text;
      p = star;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

}  // namespace homeroom::express
