// Node: a checked YAML tree in which everything knows its file, line and column. Scalars stay the
// text that stands in the file; reading them as numbers or booleans is our own typed reading, never
// YAML's (`no`, `010` and `1e3` are text until somebody asks). The only reader of YAML in the hub.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeroom::settings {

struct Place {
  std::string file;
  uint32_t line = 0;    ///< from 1
  uint32_t column = 0;  ///< from 1
};

enum class Kind : uint8_t { nothing, scalar, list, map };

class Node {
 public:
  Node() = default;

  Kind kind() const;
  const Place& place() const;
  bool was_quoted() const;  ///< a scalar written in YAML quotes

  /// The text of a scalar. Throws when it is a list or map.
  const std::string& text() const;
  /// Typed readings of a scalar; each throws naming the place and what was expected.
  bool boolean() const;       ///< true or false, nothing else
  int64_t integer() const;    ///< decimal digits, no octal, no hexadecimal
  double proportion() const;  ///< "2%" or "0.02"
  int64_t days() const;       ///< "30 days", "1 day"
  double hours() const;       ///< "26 hours", "8 days"
  int64_t seconds() const;    ///< "30 seconds", "5 minutes", "1 hour"
  int32_t date() const;       ///< YYYY-MM-DD as days since 1970-01-01

  /// Items of a list (a scalar counts as a list of one; nothing as an empty list).
  std::vector<Node> items() const;
  /// Entries of a map in the order of the file; the key is a node, so that it has a place.
  std::vector<std::pair<Node, Node>> entries() const;
  /// The entry of this name, or a node of Kind::nothing that knows the map's place.
  Node find(std::string_view key) const;
  /// As find(), but throws "PLACE: KEY is missing".
  Node require(std::string_view key) const;
  /// Throws for an entry whose key is not among `known`, with "did you mean".
  void only(const std::vector<std::string_view>& known) const;
  explicit operator bool() const { return kind() != Kind::nothing; }

  /// "file:line:column: says" as a homeroom::Error with Next::fix_settings.
  [[noreturn]] void refuse(const std::string& says) const;

  /// Trees made from others, for what a file says once and uses often. The place is that of `like`.
  static Node scalar(std::string text, const Node& like);
  static Node list(const std::vector<Node>& items, const Node& like);
  static Node map(const std::vector<std::pair<Node, Node>>& entries, const Node& like);
  /// The same node that says in every complaint where it is used: " (used at FILE:LINE:COLUMN)".
  Node used_at(const Place& place) const;
  const std::string& note() const;  ///< what used_at() adds to a complaint; mostly empty

  struct Data;
  explicit Node(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

 private:
  std::shared_ptr<const Data> data_;
};

/// "file:line:column", or the file alone where the line is unknown.
std::string text_of(const Place& place);

/// Reads one YAML file. Refuses, with place: aliases, anchors, tags, merge keys, duplicate keys,
/// several documents, more than 100,000 nodes, depth over 50, files over 10 MB, bytes that are not
/// UTF-8.
Node load(const std::filesystem::path& file);
/// The same from memory; `name` stands for the file in places.
Node parse(std::string_view yaml, const std::string& name);

/// What a tree says as one text: equal for files that differ in comments, spaces, quotes or the
/// style of their lists only. The order of entries counts, entries named in `without` at the top do
/// not.
std::string meaning(const Node& root, const std::vector<std::string_view>& without = {});

/// The candidate nearest to `word` if it is near enough to be a typo.
std::optional<std::string> did_you_mean(std::string_view word,
                                        const std::vector<std::string>& candidates);

}  // namespace homeroom::settings
