#include "plugins/fhir_ndjson/folder.hpp"

#include <algorithm>
#include <string_view>

#include <sys/stat.h>

#include "homeroom/error.hpp"

namespace homeroom::fhir_ndjson {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool belongs_to(std::string_view file, std::string_view resource) {
  constexpr std::string_view ending = ".ndjson";
  if (!file.ends_with(ending)) return false;
  file.remove_suffix(ending.size());
  if (file == resource) return true;
  if (file.starts_with(resource)) {
    std::string_view rest = file.substr(resource.size());
    return (rest[0] == '.' || rest[0] == '_') && is_number(rest.substr(1));
  }
  if (!file.ends_with(resource)) return false;
  std::string_view front = file.substr(0, file.size() - resource.size());
  return front.ends_with('.') && is_number(front.substr(0, front.size() - 1));
}

StreamFile looked_at(const std::filesystem::path& path, std::string shown) {
  struct stat seen {};
  if (stat(path.c_str(), &seen) != 0 || !S_ISREG(seen.st_mode)) return {};
  return {path, std::move(shown),
          seen.st_mtim.tv_sec * int64_t{1000} + seen.st_mtim.tv_nsec / 1'000'000};
}

}  // namespace

std::vector<StreamFile> Folder::files_of(const std::string& resource) const {
  std::vector<StreamFile> files;
  if (auto named = named_.find(resource); named != named_.end()) {
    StreamFile file = looked_at(path_ / named->second, named->second);
    if (!file.path.empty()) files.push_back(std::move(file));
    return files;
  }
  std::error_code trouble;
  for (const auto& entry : std::filesystem::directory_iterator(path_, trouble)) {
    std::string name = entry.path().filename().string();
    if (!belongs_to(name, resource)) continue;
    StreamFile file = looked_at(entry.path(), name);
    if (!file.path.empty()) files.push_back(std::move(file));
  }
  if (trouble)
    throw Error(Next::not_readable,
                "cannot look into folder " + path_.string() + ": " + trouble.message());
  std::ranges::sort(files, {}, &StreamFile::shown);
  return files;
}

}  // namespace homeroom::fhir_ndjson
