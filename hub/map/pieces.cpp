#include "hub/map/pieces.hpp"

#include <algorithm>

#include "homeroom/error.hpp"
#include "hub/settings/file_text.hpp"

namespace homeroom::map {

namespace {

using settings::Kind;
using settings::Node;
using settings::Place;
using Path = std::filesystem::path;

constexpr std::size_t most_parts = 100'000;
constexpr std::size_t most_deep = 50;

struct Piece {
  Node name;
  std::vector<std::string> takes;
  Node is;
};

std::string chained(const std::vector<std::pair<std::string, Place>>& chain) {
  std::string out;
  for (const auto& [name, place] : chain)
    out += (out.empty() ? "" : " -> ") + name + " (" + text_of(place) + ")";
  return out;
}

class Unfolder {
 public:
  explicit Unfolder(const Shelf& shelf) : shelf_(shelf) {}

  Unfolded unfold(const Path& file) {
    auto root = settings::load(file);
    files_.emplace_back(file.lexically_normal(), Place{file.string(), 0, 0});
    include(root, file);
    take_pieces(root.find("pieces"));
    for (const auto& [name, piece] : pieces_) look_for_circle(piece, {{name, piece.name.place()}});
    std::vector<std::pair<Node, Node>> kept;
    for (const auto& [key, value] : root.entries()) {
      if (key.text() == "pieces" || key.text() == "include") continue;
      bool has_pieces = key.text() != "cases" && key.text() != "reads";
      kept.emplace_back(key, has_pieces ? placed(value) : value);
    }
    out_.root = Node::map(kept, root);
    return std::move(out_);
  }

 private:
  void include(const Node& root, const Path& from) {
    for (const auto& name : root.find("include").items()) {
      auto path = shelf_.find(from, name.text());
      auto is_it = [&](const auto& open) { return open.first == path.lexically_normal(); };
      if (std::ranges::any_of(files_, is_it)) {
        std::string chain;
        for (const auto& [file, place] : files_) chain += file.filename().string() + " -> ";
        name.refuse("files include each other in a circle: " + chain + name.text());
      }
      if (!std::filesystem::is_regular_file(path)) name.refuse("there is no file " + path.string());
      if (std::ranges::find(seen_, path.lexically_normal()) != seen_.end()) continue;
      seen_.push_back(path.lexically_normal());
      auto tree = settings::load(path);
      tree.only({"include", "pieces", "codes"});
      files_.emplace_back(path.lexically_normal(), name.place());
      include(tree, path);
      files_.pop_back();
      take_pieces(tree.find("pieces"));
      if (auto codes = tree.find("codes")) out_.codes.emplace_back(codes, path);
      out_.included += settings::file_text(path);
    }
  }

  void take_pieces(const Node& node) {
    for (const auto& [name, value] : node.entries()) {
      value.only({"takes", "is"});
      Piece piece{name, {}, value.require("is")};
      for (const auto& argument : value.find("takes").items())
        piece.takes.push_back(argument.text());
      if (auto [known, is_new] = pieces_.emplace(name.text(), piece); !is_new)
        name.refuse("there is a piece " + name.text() +
                    " already: " + text_of(known->second.name.place()));
    }
  }

  const Piece& piece_of(const Node& use) const {
    auto found = pieces_.find(use.text());
    if (found != pieces_.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [name, piece] : pieces_) names.push_back(name);
    auto near = settings::did_you_mean(use.text(), names);
    use.refuse("no piece " + use.text() + (near ? ", did you mean " + *near + "?" : ""));
  }

  /// Follows the uses inside a piece; `chain` are the pieces on the way.
  void look_for_circle(const Piece& piece, std::vector<std::pair<std::string, Place>> chain) {
    each_use(piece.is, [&](const Node& use) {
      const auto& next = piece_of(use);
      auto longer = chain;
      longer.emplace_back(next.name.text(), use.place());
      auto is_it = [&](const auto& open) { return open.first == next.name.text(); };
      if (longer.size() > most_deep) use.refuse("pieces use each other more than 50 deep");
      if (std::ranges::any_of(chain, is_it))
        use.refuse("pieces refer to each other in a circle: " + chained(longer));
      if (!is_proven_.insert({next.name.text(), true}).second) return;
      look_for_circle(next, longer);
    });
  }

  template <class Take>
  static void each_use(const Node& node, const Take& take) {
    if (node.kind() == Kind::map && node.find("use")) take(node.find("use"));
    if (node.kind() == Kind::list)
      for (const auto& item : node.items()) each_use(item, take);
    if (node.kind() == Kind::map)
      for (const auto& [key, value] : node.entries()) each_use(value, take);
  }

  /// The tree with every use replaced by its piece; a list in a list of steps is taken item by
  /// item.
  Node placed(const Node& node) {
    if (++parts_ > most_parts)
      node.refuse("with its pieces the mapping has more than 100,000 parts");
    if (node.kind() == Kind::list) {
      std::vector<Node> items;
      for (const auto& item : node.items()) {
        auto made = placed(item);
        bool is_use = item.kind() == Kind::map && item.find("use");
        if (is_use && made.kind() == Kind::list) {
          auto more = made.items();
          items.insert(items.end(), more.begin(), more.end());
        } else {
          items.push_back(made);
        }
      }
      return Node::list(items, node);
    }
    if (node.kind() != Kind::map) return node;
    if (auto use = node.find("use")) return placed(filled(node, use));
    std::vector<std::pair<Node, Node>> entries;
    for (const auto& [key, value] : node.entries()) entries.emplace_back(key, placed(value));
    return Node::map(entries, node);
  }

  /// The piece of one use with the arguments in their places.
  Node filled(const Node& node, const Node& use) {
    const auto& piece = piece_of(use);
    std::vector<std::string_view> known{"use"};
    known.insert(known.end(), piece.takes.begin(), piece.takes.end());
    node.only(known);
    std::map<std::string, Node> given;
    std::map<std::string, std::string> words;
    for (const auto& name : piece.takes) {
      auto value = node.find(name);
      if (!value) use.refuse("the piece " + use.text() + " takes " + name + ", which is not given");
      given.emplace(name, value);
      if (value.kind() == Kind::scalar) words.emplace(name, inner(value.text()));
    }
    return filled(piece.is, given, words, use.place());
  }

  /// An argument inside a longer expression stays one value.
  static std::string inner(const std::string& text) {
    bool is_plain = text.find_first_of(" +-*/|=<>,()") == std::string::npos;
    bool is_quoted = text.size() > 1 && (text.front() == '\'' || text.front() == '"') &&
                     text.find(text.front(), 1) == text.size() - 1;
    return is_plain || is_quoted ? text : "(" + text + ")";
  }

  /// A name with every {argument} filled in.
  static std::string named(std::string name, const std::map<std::string, Node>& given) {
    for (const auto& [argument, value] : given) {
      auto hole = "{" + argument + "}";
      for (auto at = name.find(hole); at != std::string::npos;
           at = name.find(hole, at + value.text().size()))
        name.replace(at, hole.size(), value.text());
    }
    return name;
  }

  Node filled(const Node& node, const std::map<std::string, Node>& given,
              const std::map<std::string, std::string>& words, const Place& place) {
    if (++parts_ > most_parts)
      node.refuse("with its pieces the mapping has more than 100,000 parts");
    if (node.kind() == Kind::scalar) {
      if (auto whole = given.find(node.text()); whole != given.end()) return whole->second;
      return Node::scalar(with_words(node.text(), words), node).used_at(place);
    }
    if (node.kind() == Kind::list) {
      std::vector<Node> items;
      for (const auto& item : node.items()) items.push_back(filled(item, given, words, place));
      return Node::list(items, node).used_at(place);
    }
    if (node.kind() != Kind::map) return node;
    std::vector<std::pair<Node, Node>> entries;
    for (const auto& [key, value] : node.entries()) {
      auto name = Node::scalar(named(key.text(), given), key).used_at(place);
      entries.emplace_back(name, filled(value, given, words, place));
    }
    return Node::map(entries, node).used_at(place);
  }

  const Shelf& shelf_;
  Unfolded out_;
  std::map<std::string, Piece> pieces_;
  std::map<std::string, bool> is_proven_;
  std::vector<std::pair<Path, Place>> files_;  ///< open includes
  std::vector<Path> seen_;
  std::size_t parts_ = 0;
};

bool is_of_word(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) || letter == '_' || (letter & 0x80) != 0;
}

}  // namespace

Unfolded unfold(const Path& mapping, const Shelf& shelf) {
  return Unfolder(shelf).unfold(mapping);
}

std::string with_words(const std::string& text, const std::map<std::string, std::string>& words) {
  std::string out;
  char quote = 0;
  for (std::size_t i = 0; i < text.size();) {
    char letter = text[i];
    bool begins = quote == 0 && is_of_word(letter) &&
                  (i == 0 || (!is_of_word(text[i - 1]) && text[i - 1] != '.'));
    if (!begins) {
      if (quote != 0 && letter == quote)
        quote = 0;
      else if (quote == 0 && (letter == '\'' || letter == '"'))
        quote = letter;
      out += letter;
      ++i;
      continue;
    }
    auto end = i;
    while (end < text.size() && is_of_word(text[end])) ++end;
    auto word = text.substr(i, end - i);
    auto found = words.find(word);
    bool is_call = end < text.size() && text[end] == '(';
    out += found == words.end() || is_call ? word : found->second;
    i = end;
  }
  return out;
}

}  // namespace homeroom::map
