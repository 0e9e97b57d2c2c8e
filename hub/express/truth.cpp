// Yes and no: reading them by words, writing them.
#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"

namespace homeroom::express {

namespace {

constexpr const char* not_known = "not a yes or no";

const char* read_boolean(const Text& text, uint8_t& out) {
  if (text.size == 0 || text.size > 5) return not_known;
  char lower[5];
  for (uint32_t i = 0; i < text.size; ++i) {
    char c = text.data()[i];
    lower[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  std::string_view word(lower, text.size);
  out = word == "true" || word == "1" || word == "y" || word == "yes" || word == "t";
  bool is_no = word == "false" || word == "0" || word == "n" || word == "no" || word == "f";
  return out || is_no ? nullptr : not_known;
}

/// The words for yes and for no that a source uses.
struct Words : Prepared {
  std::vector<std::string> yes, no;
};
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words(1);
  for (char c : text)
    if (c == ',')
      words.emplace_back();
    else
      words.back() += c;
  for (const auto& word : words)
    if (word.empty()) throw std::string("a word is empty; write bool(x, 'Y,T', 'N,F')");
  return words;
}
std::shared_ptr<const Prepared> words(const Preparing& preparing) {
  auto made = std::make_shared<Words>();
  made->yes = words_of(preparing.word(0));
  made->no = words_of(preparing.word(1));
  for (const auto& yes : made->yes)
    for (const auto& no : made->no)
      if (yes == no) throw "the word " + yes + " means both yes and no";
  return made;
}

Column boolean_of_text(Call& call) {
  return read_one<Text, uint8_t>(call, Type::boolean, read_boolean);
}
Column boolean_by_words(Call& call) {
  const auto& words = call.prepared<Words>();
  auto is_among = [](const Text& text, const std::vector<std::string>& all) {
    for (const auto& word : all)
      if (text.view() == word) return true;
    return false;
  };
  return read_one<Text, uint8_t>(call, Type::boolean, [&](const Text& text, uint8_t& out) {
    out = is_among(text, words.yes);
    return out || is_among(text, words.no) ? nullptr : not_known;
  });
}
Column text_of_boolean(Call& call) {
  return map_one<uint8_t, Text>(
      call, Type::text, [](uint8_t value) { return record::text(value ? "true" : "false"); });
}

}  // namespace

std::vector<Function> truth_functions() {
  return {
      define("bool(text) -> boolean", "Reads true, false, 1, 0, Y, N, yes, no, t, f in any case.",
             {a_text}, Type::boolean, boolean_of_text,
             {{"bool('Y')", "true"}, {"bool('false')", "false"}})
          .faults(),
      define("bool(text, yes, no) -> boolean",
             "Reads the words of two lists parted by commas, exactly as they are written there.",
             {a_text, a_word, a_word}, Type::boolean, boolean_by_words,
             {{"bool('T', 'Y,T', 'N,F')", "true"}, {"bool('S', 'Y', 'N,S')", "false"}})
          .faults()
          .prepared_by(words),
      define("boolean(text) -> boolean", "Another word for bool.", {a_text}, Type::boolean,
             boolean_of_text, {{"boolean('no')", "false"}})
          .faults(),
      define("text(boolean) -> text", "Writes true or false.", {a_boolean}, Type::text,
             text_of_boolean, {{"text(1 = 1)", "\"true\""}}),
  };
}

}  // namespace homeroom::express
