// Regular expressions, in RE2's syntax: no pattern can make a text cost more than its length.
#include <algorithm>

#include <re2/re2.h>

#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
#include "hub/express/letters.hpp"

namespace homeroom::express {

namespace {

constexpr size_t longest_pattern = 1000;
constexpr int most_groups = 10;

RE2::Options options() {
  RE2::Options made(RE2::Quiet);
  made.set_max_mem(4 << 20);  // of one pattern; RE2 refuses or slows down, it never grows beyond
  return made;
}

struct Pattern : Prepared {
  explicit Pattern(const std::string& text) : pattern(text, options()) {}
  RE2 pattern;
  int group = 0;
  std::string to;
  bool is_all = false;
};
std::shared_ptr<Pattern> read_pattern(const std::string& text) {
  if (text.size() > longest_pattern) throw std::string("a pattern of more than 1000 letters");
  auto made = std::make_shared<Pattern>(text);
  if (!made->pattern.ok()) throw "a pattern that cannot be read: " + made->pattern.error();
  return made;
}
std::shared_ptr<const Prepared> pattern(const Preparing& preparing) {
  auto made = read_pattern(preparing.word(0));
  if (preparing.words.size() > 1) {
    const std::string& group = preparing.word(1);
    made->group = group.size() == 1 ? group[0] - '0' : -1;
  }
  if (made->group < 0 || made->group > made->pattern.NumberOfCapturingGroups())
    throw std::string("the pattern has no such group");
  return made;
}
std::shared_ptr<const Prepared> replacement(const Preparing& preparing) {
  auto made = read_pattern(preparing.word(0));
  made->to = preparing.word(1);
  std::string says;
  if (!made->pattern.CheckRewriteString(made->to, &says))
    throw "a replacement that cannot be read: " + says;
  made->is_all = preparing.words.size() > 2;
  if (made->is_all && preparing.word(2) != "g")
    throw std::string("the last word is 'g' (replace all of them) or left out");
  return made;
}

Column extract_kernel(Call& call) {
  const auto& prepared = call.prepared<Pattern>();
  return read_rows<Text>(call, Type::text, call.args[0].valid, [&](uint32_t row, Text& out) {
    const Text& text = call.args[0].text_at(row);
    re2::StringPiece groups[most_groups];
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

template <RE2::Anchor anchor>
Column matches_kernel(Call& call) {
  const auto& pattern = call.prepared<Pattern>().pattern;
  return map_one<Text, uint8_t>(call, Type::boolean, [&](const Text& text) -> uint8_t {
    return pattern.Match({text.data(), text.size}, 0, text.size, anchor, nullptr, 0);
  });
}

/// Writes the text with what was found replaced; false when it grows too long.
bool replace_found(const Pattern& prepared, std::string_view text, std::string& out) {
  re2::StringPiece whole(text.data(), text.size());
  re2::StringPiece groups[most_groups];
  int used = std::min(most_groups, 1 + RE2::MaxSubmatch(prepared.to));
  size_t kept = 0;                  // up to here the text is in `out`
  size_t last = std::string::npos;  // end of the last thing found
  out.clear();
  for (size_t at = 0; at <= text.size();) {
    if (!prepared.pattern.Match(whole, at, text.size(), RE2::UNANCHORED, groups, used)) break;
    auto begin = static_cast<size_t>(groups[0].data() - text.data());
    size_t end = begin + groups[0].size();
    bool is_behind_last =
        groups[0].empty() && begin == last;  // 'a*' in 'ab': not once more before b
    if (!is_behind_last) {
      out.append(text, kept, begin - kept);
      prepared.pattern.Rewrite(&out, prepared.to, groups, used);
      if (out.size() > most_text) return false;
      kept = last = end;
      if (!prepared.is_all) break;
    }
    at = groups[0].empty() ? std::max(skip_letters(text, end, 1), end + 1) : end;
  }
  out.append(text, kept);
  return out.size() <= most_text;
}
Column replace_kernel(Call& call) {
  const auto& prepared = call.prepared<Pattern>();
  std::string out_bytes;
  return read_one<Text, Text>(call, Type::text, [&](const Text& text, Text& out) {
    if (!replace_found(prepared, text.view(), out_bytes)) return too_long;
    out = made(call, out_bytes);
    return static_cast<const char*>(nullptr);
  });
}

}  // namespace

std::vector<Function> pattern_functions() {
  return {
      define("regexp_matches(text, pattern) -> boolean",
             "Whether the pattern (RE2) is found anywhere.", {a_text, a_word}, Type::boolean,
             matches_kernel<RE2::UNANCHORED>,
             {{"regexp_matches('Room 12', '^Room [0-9]+$')", "true"}})
          .prepared_by(pattern),
      define("regexp_full_match(text, pattern) -> boolean",
             "Whether the pattern (RE2) is the whole text.", {a_text, a_word}, Type::boolean,
             matches_kernel<RE2::ANCHOR_BOTH>,
             {{"regexp_full_match('AB12', '[A-Z]{2}[0-9]+')", "true"},
              {"regexp_full_match('AB12', '[0-9]+')", "false"}})
          .prepared_by(pattern),
      define("regexp_extract(text, pattern, group) -> text",
             "What the pattern (RE2) finds first, or its group; null if nothing (in DuckDB empty).",
             {a_text, a_word, a_written_integer}, Type::text, extract_kernel,
             {{"regexp_extract('Room 12b', '[0-9]+')", "\"12\""},
              {"regexp_extract('Room 12b', '([0-9]+)([a-z])', 2)", "\"b\""}})
          .needs(2)
          .prepared_by(pattern),
      define(
          "regexp_replace(text, pattern, to, 'g') -> text",
          "With what the pattern (RE2) finds first changed to `to`, in which \\1 is its first "
          "group; with 'g' all it finds.",
          {a_text, a_word, a_word, a_word}, Type::text, replace_kernel,
          {{"regexp_replace('Room 12, Room 13', '[0-9]+', '#')", "\"Room #, Room 13\""},
           {"regexp_replace('12-34-56', '-', '', 'g')", "\"123456\""},
           {"regexp_replace('Fern Testwood', '(\\w+) (\\w+)', '\\2, \\1')", "\"Testwood, Fern\""}})
          .needs(3)
          .long_as(Length::free)
          .prepared_by(replacement)};
}

}  // namespace homeroom::express
