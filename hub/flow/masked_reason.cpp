#include "hub/flow/masked_reason.hpp"

#include <algorithm>
#include <set>

#include <simdjson.h>

#include "hub/flow/inspect.hpp"
#include "hub/plugin/messages.hpp"

namespace homeroom::flow {

namespace {

constexpr std::size_t most_bytes = 200;

bool is_of_word(unsigned char letter) {
  return letter >= 0x80 || (letter >= '0' && letter <= '9') ||
         ((letter | 0x20) >= 'a' && (letter | 0x20) <= 'z');
}

/// Visits words and what stands between them, in their order.
template <class Visit>
void each_piece(std::string_view text, Visit visit) {
  while (!text.empty()) {
    bool is_word = is_of_word(static_cast<unsigned char>(text.front()));
    auto end = std::ranges::find_if(
        text, [&](unsigned char letter) { return is_of_word(letter) != is_word; });
    auto size = static_cast<std::size_t>(end - text.begin());
    visit(text.substr(0, size), is_word);
    text.remove_prefix(size);
  }
}

std::string folded(std::string_view word) {
  std::string out(word);
  for (char& letter : out)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter | 0x20);
  return out;
}

/// The words of a share: names of fields, and what stands in them.
struct Words {
  std::set<std::string> fields, values;

  void add(std::set<std::string>& to, std::string_view text) {
    each_piece(text, [&](std::string_view piece, bool is_word) {
      if (is_word) to.insert(folded(piece));
    });
  }
  void read(const simdjson::dom::element& element) {
    if (element.is_object()) {
      for (auto [name, value] : element.get_object()) {
        add(fields, name);
        read(value);
      }
    } else if (element.is_array()) {
      for (auto value : element.get_array()) read(value);
    } else if (element.is_string()) {
      add(values, element.get_string().value_unsafe());
    } else if (element.is_number()) {
      add(values, simdjson::minify(element));
    }
  }
};

}  // namespace

std::string masked_reason(std::string_view why, std::string_view body) {
  auto said = plugin::clean(why, most_bytes);
  simdjson::dom::parser parser;
  simdjson::dom::element share;
  Words words;
  if (parser.parse(body.data(), body.size()).get(share) == simdjson::SUCCESS) words.read(share);
  std::string out;
  each_piece(said, [&](std::string_view piece, bool is_word) {
    auto word = folded(piece);
    bool is_value = is_word && words.values.contains(word) && !words.fields.contains(word);
    out += is_value ? shape_of_text(piece) : std::string(piece);
  });
  return out;
}

}  // namespace homeroom::flow
