// Pieces: what a mapping says once and uses often. A piece is a part of the file with arguments;
// using it puts the part there with the arguments in their places, before anything is compiled.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hub/map/shelf.hpp"
#include "hub/settings/node.hpp"

namespace homeroom::map {

/// A mapping file with its pieces in their places.
struct Unfolded {
  settings::Node root;
  /// The `codes` of the included files, each with the file it stands in.
  std::vector<std::pair<settings::Node, std::filesystem::path>> codes;
  std::string included;  ///< text of the included files, for the digest
};

/// Reads a mapping and what it includes. Throws fix_settings, with place, for a piece or file that
/// is not there, arguments that do not fit, pieces or files that refer to each other in a circle,
/// and a mapping that grows beyond 100,000 parts by its pieces.
Unfolded unfold(const std::filesystem::path& mapping, const Shelf& shelf);

/// The text with each word that `words` names replaced: outside quotes, and only a word of its own,
/// no function and no part of a longer name.
std::string with_words(const std::string& text, const std::map<std::string, std::string>& words);

}  // namespace homeroom::map
