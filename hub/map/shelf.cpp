#include "hub/map/shelf.hpp"

namespace homeroom::map {

namespace {

bool is_file(const std::filesystem::path& path) {
  std::error_code unknown;
  return std::filesystem::is_regular_file(path, unknown);
}

/// Where `path` stands below `folder`; nothing when it does not stand in it.
std::filesystem::path below(const std::filesystem::path& folder,
                            const std::filesystem::path& path) {
  if (folder.empty()) return {};
  auto relative = path.lexically_normal().lexically_relative(folder.lexically_normal());
  return relative.empty() || *relative.begin() == ".." ? std::filesystem::path() : relative;
}

}  // namespace

std::filesystem::path Shelf::find(const std::filesystem::path& from,
                                  const std::filesystem::path& name) const {
  auto beside = from.parent_path() / name;
  if (auto folder = below(shipped, from.parent_path()); !own.empty() && !folder.empty())
    if (auto shadow = (own / folder / name).lexically_normal(); is_file(shadow)) return shadow;
  if (is_file(beside)) return beside;
  for (const auto& folder : {own, shipped})
    if (!folder.empty() && is_file(folder / name)) return folder / name;
  return beside;
}

std::filesystem::path Shelf::mapping(const std::filesystem::path& file) const {
  if (is_file(file)) return file;
  auto name = below(own, file);
  return !name.empty() && !shipped.empty() && is_file(shipped / name) ? shipped / name : file;
}

}  // namespace homeroom::map
