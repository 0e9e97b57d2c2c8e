#include "hub/express/phonetic.hpp"

namespace homeroom::express {

namespace {

bool is_vowel(char c) {
  return std::string_view("AEIOU").find(c) != std::string_view::npos;
}

/// 0 for vowels and Y, '-' for H and W.
char digit_of(char c) {
  //                                         ABCDEFGHIJKLMNOPQRSTUVWXYZ
  static constexpr std::string_view digits = "01230120022455012623010202";
  return c == 'H' || c == 'W' ? '-' : digits[static_cast<size_t>(c - 'A')];
}

struct Change {
  std::string_view from, to;
};

void change_front(std::string& word, std::initializer_list<Change> changes) {
  for (const auto& change : changes) {
    if (!word.starts_with(change.from)) continue;
    word.replace(0, change.from.size(), change.to);
    return;
  }
}
void change_end(std::string& word, std::initializer_list<Change> changes) {
  for (const auto& change : changes) {
    if (!word.ends_with(change.from)) continue;
    word.replace(word.size() - change.from.size(), change.from.size(), change.to);
    return;
  }
}

/// H beside a consonant, or at the end, sounds as what stands before it.
bool is_silent_h(std::string_view word, size_t at) {
  return word[at] == 'H' &&
         (!is_vowel(word[at - 1]) || at + 1 == word.size() || !is_vowel(word[at + 1]));
}

/// What the letters at `at` sound like inside a word; moves behind them.
std::string_view sound(std::string_view word, size_t& at) {
  std::string_view rest = word.substr(at);
  size_t here = at;
  auto take = [&](size_t letters) { at += letters; };
  if (rest.starts_with("EV")) return take(2), "AF";
  if (rest.starts_with("SCH")) return take(3), "SS";
  if (rest.starts_with("PH")) return take(2), "F";
  take(1);
  char c = rest[0];
  if (is_vowel(c)) return "A";
  if (c == 'Q') return "G";
  if (c == 'Z') return "S";
  if (c == 'M') return "N";
  if (c == 'K') return rest.starts_with("KN") ? "N" : "C";
  if (is_silent_h(word, here) || (c == 'W' && is_vowel(word[here - 1])))
    return is_vowel(word[here - 1]) ? std::string_view("A") : word.substr(here - 1, 1);
  return rest.substr(0, 1);
}

}  // namespace

std::string soundex(std::string_view capitals) {
  if (capitals.empty()) return {};
  std::string key(1, capitals[0]);
  char last = digit_of(capitals[0]);
  for (char c : capitals.substr(1)) {
    char digit = digit_of(c);
    if (digit == '-') continue;
    if (digit != '0' && digit != last) key += digit;
    last = digit;
    if (key.size() == 4) break;
  }
  key.resize(4, '0');
  return key;
}

std::string nysiis(std::string_view capitals) {
  if (capitals.empty()) return {};
  std::string word(capitals);
  change_front(
      word, {{"MAC", "MCC"}, {"KN", "N"}, {"K", "C"}, {"PH", "FF"}, {"PF", "FF"}, {"SCH", "SSS"}});
  change_end(
      word,
      {{"EE", "Y"}, {"IE", "Y"}, {"DT", "D"}, {"RT", "D"}, {"RD", "D"}, {"NT", "D"}, {"ND", "D"}});
  std::string key(1, word[0]);
  for (size_t at = 1; at < word.size();) {
    auto next = sound(word, at);
    if (next.back() != key.back()) key += next;
  }
  if (key.size() > 1 && key.ends_with('S')) key.pop_back();
  if (key.size() > 2 && key.ends_with("AY")) key.erase(key.size() - 2, 1);
  if (key.size() > 1 && key.ends_with('A')) key.pop_back();
  return key;
}

}  // namespace homeroom::express
