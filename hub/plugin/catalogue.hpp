// Catalogue: which plugins lie in the search folders, and why others that lie there are refused.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hub/plugin/manifest.hpp"

namespace homeroom::plugin {

struct Found {
  Manifest manifest;
  std::filesystem::path library;
};

struct Refused {
  std::filesystem::path path;  ///< of the library or the manifest
  std::string why;
};

class Catalogue {
 public:
  /// Looks into the folders in order; of two plugins of one name the first counts. Reads manifests,
  /// maps no code.
  explicit Catalogue(std::vector<std::filesystem::path> folders);

  const std::vector<Found>& found() const { return found_; }
  const std::vector<Refused>& refused() const { return refused_; }
  const std::vector<std::filesystem::path>& searched() const { return folders_; }

  /// Throws fix_settings: every place searched, what was refused there, the closest name.
  const Found& find(const std::string& name) const;

 private:
  void look_into(const std::filesystem::path& folder);
  void consider(const std::filesystem::path& manifest);
  std::vector<std::filesystem::path> folders_;
  std::vector<Found> found_;
  std::vector<Refused> refused_;
};

}  // namespace homeroom::plugin
