#include "hub/map/words.hpp"

#include <algorithm>

#include "hub/settings/node.hpp"

namespace homeroom::map {

namespace {

using settings::Node;

bool is_upper(char letter) {
  return letter >= 'A' && letter <= 'Z';
}
bool is_lower(char letter) {
  return letter >= 'a' && letter <= 'z';
}
bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}
char lower(char letter) {
  return is_upper(letter) ? static_cast<char>(letter | 0x20) : letter;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

void read_fields(const Node& node, record::EntityId id, const record::Model& model, Words& words) {
  const auto& entity = model.entities[id];
  for (const auto& [key, names] : node.entries()) {
    auto field = entity.find(key.text());
    if (!field) key.refuse(entity.name + " has no field " + key.text());
    auto& into = words.fields[{id, *field}];
    for (const auto& name : names.items()) into.push_back(name.text());
  }
}

}  // namespace

std::string bare(std::string_view name) {
  std::string out;
  for (char letter : name)
    if (is_upper(letter) || is_lower(letter) || is_digit(letter) || (letter & 0x80))
      out += lower(letter);
  return out;
}

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> out;
  bool is_inside = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    char letter = name[i];
    bool is_part = is_upper(letter) || is_lower(letter) || is_digit(letter) || (letter & 0x80);
    // A capital begins a word after a small letter (birthDate), and before one at the end of others
    // (SISNumber).
    bool begins = is_upper(letter) && i > 0 &&
                  (is_lower(name[i - 1]) ||
                   (is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1])));
    if (is_part && (!is_inside || begins)) out.emplace_back();
    if (is_part) out.back() += lower(letter);
    is_inside = is_part;
  }
  return out;
}

std::optional<std::string> Words::code(const record::OptionSet& options,
                                       std::string_view text) const {
  for (const auto& code : options.codes)
    if (code == text) return code;
  auto small = lowered(text);
  for (const auto& code : options.codes)
    if (lowered(code) == small) return code;
  auto of_set = codes.find(options.name);
  if (of_set == codes.end()) return std::nullopt;
  auto found = of_set->second.find(small);
  return found == of_set->second.end() ? std::nullopt : std::optional(found->second);
}

Words load_words(const std::filesystem::path& file, const record::Model& model) {
  Words words;
  auto root = settings::load(file);
  root.only({"words", "fields", "codes"});
  for (const auto& [key, node] : root.require("fields").entries()) {
    auto entity = model.find(key.text());
    if (!entity) key.refuse("no entity " + key.text());
    read_fields(node, *entity, model, words);
  }
  for (const auto& [key, node] : root.require("codes").entries()) {
    const auto* options = model.option_set(key.text());
    if (!options) key.refuse("no options " + key.text());
    for (const auto& [text, code] : node.entries()) {
      if (std::ranges::find(options->codes, code.text()) == options->codes.end())
        code.refuse(key.text() + " has no code " + code.text());
      words.codes[key.text()][lowered(text.text())] = code.text();
    }
  }
  return words;
}

}  // namespace homeroom::map
