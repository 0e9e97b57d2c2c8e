#include "hub/map/matching.hpp"

#include <algorithm>

#include <re2/re2.h>

#include "hub/map/pieces.hpp"
#include "hub/map/table_compiler.hpp"

namespace homeroom::map {

using settings::Kind;
using settings::Node;

namespace {

constexpr std::string_view words = "columns matching ";
constexpr std::size_t most_columns = 1000;

/// The name with {0}, {1}, ... replaced by what was caught.
std::string filled(const Node& name, const Match& match) {
  const auto& text = name.text();
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool is_hole = text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}' &&
                   text[i + 1] >= '0' && text[i + 1] <= '9';
    if (!is_hole) {
      out += text[i];
      continue;
    }
    auto group = static_cast<std::size_t>(text[i + 1] - '0');
    if (group >= match.groups.size())
      name.refuse("the pattern has no ( ) number " + std::to_string(group) + " for " +
                  text.substr(i, 3));
    out += match.groups[group];
    i += 2;
  }
  return out;
}

/// The tree with `it` and the holes of names filled.
Node filled(const Node& node, const Match& match, const std::string& column) {
  if (node.kind() == Kind::scalar)
    return Node::scalar(with_words(node.text(), {{"it", column}}), node);
  if (node.kind() == Kind::list) {
    std::vector<Node> items;
    for (const auto& item : node.items()) items.push_back(filled(item, match, column));
    return Node::list(items, node);
  }
  if (node.kind() != Kind::map) return node;
  std::vector<std::pair<Node, Node>> entries;
  for (const auto& [key, value] : node.entries())
    entries.emplace_back(Node::scalar(filled(key, match), key),
                         key.text() == "literal" ? value : filled(value, match, column));
  return Node::map(entries, node);
}

bool is_plain(const std::string& name) {
  return std::ranges::all_of(name,
                             [](char letter) {
                               return std::isalnum(static_cast<unsigned char>(letter)) ||
                                      letter == '_' || letter == '.';
                             }) &&
         !std::isdigit(static_cast<unsigned char>(name.front()));
}

}  // namespace

std::optional<std::string> pattern_of(const Node& node) {
  if (node.kind() != Kind::scalar || !node.text().starts_with(words)) return std::nullopt;
  return trimmed(node.text().substr(words.size()));
}

std::vector<Match> matching(const Node& node, const std::string& pattern,
                            const std::vector<NamedColumn>& columns) {
  RE2::Options options;
  options.set_log_errors(false);
  RE2 wanted(pattern, options);
  if (!wanted.ok()) node.refuse("not a pattern: " + wanted.error());
  auto groups = static_cast<std::size_t>(wanted.NumberOfCapturingGroups()) + 1;
  std::vector<re2::StringPiece> caught(groups);
  std::vector<Match> out;
  for (uint32_t c = 0; c < columns.size(); ++c) {
    const auto& name = columns[c].name;
    if (!wanted.Match(name, 0, name.size(), RE2::ANCHOR_BOTH, caught.data(),
                      static_cast<int>(groups)))
      continue;
    auto& match = out.emplace_back(Match{c, {}});
    for (const auto& part : caught)
      match.groups.emplace_back(part.data() ? std::string(part.data(), part.size()) : "");
    if (out.size() > most_columns) node.refuse("the pattern fits more than 1,000 columns");
  }
  if (out.empty()) node.refuse("no column's whole name fits " + pattern);
  return out;
}

std::vector<std::pair<Node, Node>> entries_of(const Node& map,
                                              const std::vector<NamedColumn>& columns) {
  std::vector<std::pair<Node, Node>> out;
  for (const auto& [key, value] : map.entries()) {
    auto pattern = pattern_of(key);
    if (!pattern) {
      out.emplace_back(key, value);
      continue;
    }
    if (value.kind() != Kind::map)
      value.refuse(
          "expected {NAME: EXPRESSION}, with {1} in the name for what the first ( ) caught");
    for (const auto& match : matching(key, *pattern, columns)) {
      const auto& name = columns[match.column].name;
      for (auto& entry : filled(value, match, is_plain(name) ? name : quoted_name(name)).entries())
        if (std::ranges::any_of(
                out, [&](const auto& other) { return other.first.text() == entry.first.text(); }))
          key.refuse(entry.first.text() + " is made twice, at last of the column " + name);
        else
          out.push_back(std::move(entry));
    }
  }
  return out;
}

}  // namespace homeroom::map
