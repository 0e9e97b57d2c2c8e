// Shelf: where mapping files and what they name are looked for. A district's own file stands in
// front of a shipped one of the same name.
#pragma once

#include <filesystem>

namespace homeroom::map {

struct Shelf {
  std::filesystem::path own;  ///< folder of the district's mappings; empty: none
  std::filesystem::path
      shipped;  ///< folder of the mappings that come with the program; empty: none

  /// The file `name` as `from` names it: beside `from`; a shipped `from` is searched for a
  /// district's file in the same place first; what is not there either is looked for on the shelf
  /// itself, the district's folder first. Beside `from` when it is nowhere.
  std::filesystem::path find(const std::filesystem::path& from,
                             const std::filesystem::path& name) const;
  /// The mapping file of a workspace: its own, or the shipped one of that name where it has none.
  std::filesystem::path mapping(const std::filesystem::path& file) const;
};

}  // namespace homeroom::map
