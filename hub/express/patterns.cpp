// Regular expressions, in RE2's syntax: no pattern can make a text cost more than its length.
#include <re2/re2.h>

#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"

namespace homeroom::express {

namespace {

struct Pattern : Prepared {
  explicit Pattern(const std::string& text) : pattern(text, RE2::Quiet) {}
  RE2 pattern;
  int group = 0;
};
std::shared_ptr<const Prepared> pattern(const Preparing& preparing) {
  auto made = std::make_shared<Pattern>(preparing.words[0]);
  if (!made->pattern.ok()) throw "a pattern that cannot be read: " + made->pattern.error();
  if (preparing.words.size() > 1) {
    const std::string& group = preparing.words[1];
    made->group = group.size() == 1 ? group[0] - '0' : -1;
  }
  if (made->group < 0 || made->group > made->pattern.NumberOfCapturingGroups())
    throw std::string("the pattern has no such group");
  return made;
}
Column extract_kernel(Call& call) {
  const auto& prepared = call.prepared<Pattern>();
  return read_rows<Text>(call, Type::text, call.args[0].valid, [&](uint32_t row, Text& out) {
    const Text& text = call.args[0].text_at(row);
    re2::StringPiece groups[10];
    re2::StringPiece whole(text.data(), text.size);
    bool is_found =
        prepared.pattern.Match(whole, 0, text.size, RE2::UNANCHORED, groups, prepared.group + 1);
    const auto& found = groups[prepared.group];
    if (!is_found || !found.data()) return absent;
    out = part(text, static_cast<uint32_t>(found.data() - text.data()),
               static_cast<uint32_t>(found.size()));
    return static_cast<const char*>(nullptr);
  });
}
Column matches_kernel(Call& call) {
  const auto& prepared = call.prepared<Pattern>();
  return map_one<Text, uint8_t>(call, Type::boolean, [&](const Text& text) -> uint8_t {
    return RE2::PartialMatch({text.data(), text.size}, prepared.pattern);
  });
}

}  // namespace

std::vector<Function> pattern_functions() {
  return {define("regexp_extract(text, pattern, group) -> text",
                 "What the pattern (RE2) finds first, or its group; null if nothing.",
                 {a_text, a_word, {Type::integer, true}}, Type::text, extract_kernel,
                 {{"regexp_extract('Room 12b', '[0-9]+')", "\"12\""},
                  {"regexp_extract('Room 12b', '([0-9]+)([a-z])', 2)", "\"b\""}})
              .needs(2)
              .prepared_by(pattern),
          define("regexp_matches(text, pattern) -> boolean",
                 "Whether the pattern (RE2) is found anywhere.", {a_text, a_word}, Type::boolean,
                 matches_kernel, {{"regexp_matches('Room 12', '^Room [0-9]+$')", "true"}})
              .prepared_by(pattern)};
}

}  // namespace homeroom::express
